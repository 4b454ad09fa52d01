from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core.validators import MinValueValidator, validate_slug
from django.db.models import CharField, Exists, F, Func, OuterRef, QuerySet, Value
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError

from apps.catalog.models import Category, Product, Variant
from apps.catalog.models.product import MAX_OPTIONS
from apps.catalog.slugs import MAX_LENGTH

_OPTION = "option."
_ORDERS: dict[str, list[Any]] = {
    "price": [F("price_from").asc(nulls_last=True), "pk"],
    "-price": [F("price_from").desc(nulls_last=True), "-pk"],
    "title": ["title", "pk"],
    "-title": ["-title", "-pk"],
    "created_at": ["created_at", "pk"],
    "-created_at": ["-created_at", "-pk"],
    "featured": ["-is_featured", "-created_at", "-pk"],
}


@extend_schema_field(bool)
class FlagFilter(django_filters.TypedChoiceFilter):
    """`true` or `false`; anything else is an error, not a shrug."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=[("true", "true"), ("false", "false")],
            coerce=lambda text: text == "true",
            **kwargs,
        )


class ReferenceFilter(django_filters.CharFilter):
    """A public id or a slug."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_LENGTH, validators=[validate_slug], **kwargs)


class AmountFilter(django_filters.NumberFilter):
    """An amount in the store's currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=19, decimal_places=4, validators=[MinValueValidator(Decimal(0))], **kwargs
        )


class OptionValue(Func):
    """A variant's value of the option with a name: `(option_values)[position of the name]`."""

    template = "((%(expressions)s])"
    arg_joiner = ")["
    output_field = CharField()


class CategoryFilter(django_filters.FilterSet):
    """`?parent=<id or slug>` or `?top=true`"""

    parent = ReferenceFilter(method="below")
    top = FlagFilter(field_name="parent", lookup_expr="isnull")

    class Meta:
        model = Category
        fields: list[str] = []

    def below(self, rows: QuerySet[Category], _: str, reference: str) -> QuerySet[Category]:
        parents = Category.objects.for_store(self.request.store).named(reference)
        return rows.filter(parent__in=parents)


class ProductFilterForm(forms.Form):
    def clean(self) -> dict[str, Any]:
        """This function will refuse a range of prices that is upside down."""
        cleaned = super().clean() or {}
        low, high = cleaned.get("price_min"), cleaned.get("price_max")
        if low is not None and high is not None and low > high:
            self.add_error("price_max", "It must not be below price_min.")
        return cleaned


class ProductFilter(django_filters.FilterSet):
    """What is asked of variants (price, stock, options) one and the same variant must have.

    `?option.<name>=<value>` asks for an option of a variant; given twice, either value will do.
    """

    search = django_filters.CharFilter(method="matching", max_length=200)
    category = ReferenceFilter(method="below")
    tag = django_filters.CharFilter(method="tagged", max_length=100)
    vendor = django_filters.CharFilter(max_length=255)
    published = FlagFilter(method="published_or_not")
    price_min = AmountFilter(method="of_a_variant")
    price_max = AmountFilter(method="of_a_variant")
    in_stock = FlagFilter(method="of_a_variant")
    ordering = django_filters.ChoiceFilter(
        method="of_the_whole", choices=[(name, name) for name in _ORDERS]
    )

    class Meta:
        model = Product
        fields: list[str] = []
        form = ProductFilterForm

    def filter_queryset(self, products: QuerySet[Product]) -> QuerySet[Product]:
        products = super().filter_queryset(products)
        asked = self.form.cleaned_data
        products = self._with_such_a_variant(products, asked)
        if asked["in_stock"] is False:
            products = products.filter(in_stock=False)
        by_default = ["-rank", "-pk"] if asked["search"] else _ORDERS["-created_at"]
        return products.order_by(*_ORDERS.get(asked["ordering"], by_default))

    def matching(self, rows: QuerySet[Product], _: str, text: str) -> QuerySet[Product]:
        query = SearchQuery(text, search_type="websearch", config="simple")
        ranked = rows.annotate(rank=SearchRank(F("listing__search_vector"), query))
        return ranked.filter(listing__search_vector=query)

    def below(self, rows: QuerySet[Product], _: str, reference: str) -> QuerySet[Product]:
        roots = Category.objects.for_store(self.request.store).named(reference)
        shelves = Product.categories.through.objects.filter(
            category__in=Category.objects.with_descendants_of(roots)
        )
        return rows.filter(pk__in=shelves.values("product"))

    def tagged(self, rows: QuerySet[Product], _: str, tag: str) -> QuerySet[Product]:
        return rows.filter(listing__tags__contains=[tag])

    def published_or_not(
        self,
        rows: QuerySet[Product],
        _: str,
        wanted: bool,  # noqa: FBT001
    ) -> QuerySet[Product]:
        shown = Product.objects.published()
        return rows.filter(pk__in=shown) if wanted else rows.exclude(pk__in=shown)

    def of_a_variant(self, rows: QuerySet[Product], *_: Any) -> QuerySet[Product]:
        """Together with the others, in `filter_queryset`."""
        return rows

    of_the_whole = of_a_variant

    def _with_such_a_variant(
        self, products: QuerySet[Product], asked: dict[str, Any]
    ) -> QuerySet[Product]:
        variants = Variant.objects.filter(product=OuterRef("pk"))
        wanted = {
            "price_amount__gte": asked["price_min"],
            "price_amount__lte": asked["price_max"],
            "in_stock": asked["in_stock"] or None,
        }
        for place, (name, values) in enumerate(self._options().items()):
            position = Func(OuterRef("options"), Value(name), function="array_position")
            variants = variants.alias(**{f"option_{place}": OptionValue("option_values", position)})
            wanted[f"option_{place}__in"] = values
        wanted = {lookup: value for lookup, value in wanted.items() if value is not None}
        return products.filter(Exists(variants.filter(**wanted))) if wanted else products

    def _options(self) -> dict[str, list[str]]:
        """Options by name. Their names are the store's own, so the form cannot know them."""
        given = {name: self.data.getlist(name) for name in self.data if name.startswith(_OPTION)}
        if len(given) > MAX_OPTIONS:
            raise ValidationError({_OPTION: [f"At most {MAX_OPTIONS} options."]})
        for name, values in given.items():
            for text in (name.removeprefix(_OPTION), *values):
                if not 0 < len(text) <= 100 or "\x00" in text:
                    raise ValidationError(
                        {name: ["An option and its value have 1 to 100 characters."]}
                    )
        return {name.removeprefix(_OPTION): values for name, values in given.items()}
