from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, validate_slug
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError

from apps.catalog.conditions import OPTION, Chosen
from apps.catalog.facets import NAMES as FACETS
from apps.catalog.listing_truth import SEPARATOR
from apps.catalog.models import Category, Product, ProductListing, Review, ReviewState
from apps.catalog.models.product import MAX_OPTIONS
from apps.catalog.ratings import MOST_POINTS, points_of, stars_of
from apps.catalog.search import look_ahead, matching
from apps.catalog.slugs import MAX_LENGTH

# A key that no category has: what is in a category that is not there is nothing.
_NO_CATEGORY = -1
ORDERS: dict[str, list[Any]] = {
    "relevance": [],
    "featured": ["-is_featured", "-created_at", "-pk"],
    "popularity": ["-popularity", "-pk"],
    "rating": ["-rating_score", "-pk"],
    "price": [F("price_from").asc(nulls_last=True), "pk"],
    "-price": [F("price_from").desc(nulls_last=True), "-pk"],
    "title": ["title", "pk"],
    "-title": ["-title", "-pk"],
    "newest": ["-created_at", "-pk"],
    "created_at": ["created_at", "pk"],
    "-created_at": ["-created_at", "-pk"],
}
_REVIEW_ORDERS = {
    "newest": ["-created_at", "-pk"],
    "highest": ["-points", "-created_at", "-pk"],
    "lowest": ["points", "-created_at", "-pk"],
    "verified": ["-is_verified", "-created_at", "-pk"],
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
        facets = cleaned.get("facets") or ""
        if facets not in ("", "true", "false") and set(facets.split(",")) - set(FACETS):
            self.add_error("facets", f"Use true, or some of {', '.join(FACETS)}.")
        return cleaned


class ProductFilter(django_filters.FilterSet):
    """What is asked of variants (price, stock, options) one and the same variant must have.

    `?option.<name>=<value>` asks for an option of a variant; given twice, either value will do.
    """

    search = django_filters.CharFilter(method="of_the_whole", max_length=200)
    category = ReferenceFilter(method="of_the_whole")
    tag = django_filters.CharFilter(method="of_the_whole", max_length=100)
    vendor = django_filters.CharFilter(method="of_the_whole", max_length=255)
    published = FlagFilter(method="published_or_not")
    price_min = AmountFilter(method="of_the_whole")
    price_max = AmountFilter(method="of_the_whole")
    in_stock = FlagFilter(method="of_the_whole")
    rating_min = django_filters.NumberFilter(
        method="of_the_whole",
        max_digits=3,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(5))],
    )
    facets = django_filters.CharFilter(method="of_the_whole", max_length=100)
    ordering = django_filters.ChoiceFilter(
        method="of_the_whole", choices=[(name, name) for name in ORDERS]
    )

    class Meta:
        form = ProductFilterForm

    def filter_queryset(self, listings: QuerySet[ProductListing]) -> QuerySet[ProductListing]:
        asked = self.form.cleaned_data
        store = self.request.store
        self.heading = look_ahead(store=store, text=asked["search"], category=asked["category"])
        text = self.heading.corrected or asked["search"]
        found = matching(listings, store=store, text=text) if text else listings
        # What facets are counted among: everything but the filters that they are about.
        self.among = super().filter_queryset(found)
        return self.among.satisfying(self.chosen).order_by(*self._order(asked))

    @property
    def chosen(self) -> Chosen:
        """What the filters that have facets ask for."""
        asked = self.form.cleaned_data
        names = ("price_min", "price_max", "in_stock", "rating_min")
        given = {name: asked[name] for name in names if asked[name] not in (None, "")}
        texts = {name: asked[name] for name in ("vendor", "tag") if asked[name]}
        if asked["category"]:
            given["category"] = self.heading.category_id or _NO_CATEGORY
        return Chosen(options=self._options(), **given, **texts)

    @property
    def asked_facets(self) -> list[str]:
        """The names of the facets to count, each once."""
        text = self.form.cleaned_data["facets"]
        return FACETS if text == "true" else [one for one in FACETS if one in text.split(",")]

    def published_or_not(
        self,
        rows: QuerySet[ProductListing],
        _: str,
        wanted: bool,  # noqa: FBT001
    ) -> QuerySet[ProductListing]:
        shown = Q(published_at__lte=timezone.now())
        return rows.filter(shown) if wanted else rows.exclude(shown)

    def of_the_whole(self, rows: QuerySet[ProductListing], *_: Any) -> QuerySet[ProductListing]:
        """Together with the others, in `filter_queryset`."""
        return rows

    def _order(self, asked: dict[str, Any]) -> list[Any]:
        by_worth = ["-score" if asked["search"] else "-prior", "-pk"]
        if asked["ordering"] == "relevance" or (asked["search"] and not asked["ordering"]):
            return by_worth
        if asked["ordering"] == "featured" and asked["search"]:
            return ["-is_featured", *by_worth]
        return ORDERS[asked["ordering"] or "newest"]

    def _options(self) -> dict[str, list[str]]:
        """Options by name. Their names are the store's own, so the form cannot know them."""
        given = {name: self.data.getlist(name) for name in self.data if name.startswith(OPTION)}
        if len(given) > MAX_OPTIONS:
            raise ValidationError({OPTION: [f"At most {MAX_OPTIONS} options."]})
        for name, values in given.items():
            for text in (name.removeprefix(OPTION), *values):
                if not 0 < len(text) <= 100 or {"\x00", SEPARATOR} & set(text):
                    raise ValidationError(
                        {name: ["An option and its value have 1 to 100 characters."]}
                    )
        return {name.removeprefix(OPTION): values for name, values in given.items()}


class RatingFilter(django_filters.ChoiceFilter):
    """`?rating=4.5`"""

    def __init__(self, **kwargs: Any) -> None:
        ratings = [stars_of(points) for points in range(MOST_POINTS + 1)]
        super().__init__(choices=[(one, one) for one in ratings], method="rated", **kwargs)


class RatedFilterSet(django_filters.FilterSet):
    """What can be asked of any reviews."""

    rating = RatingFilter()
    verified = FlagFilter(field_name="is_verified")

    class Meta:
        model = Review
        fields: list[str] = []

    def rated(self, rows: QuerySet[Review], _: str, rating: str) -> QuerySet[Review]:
        return rows.filter(points=points_of(Decimal(rating)))


class ReviewFilter(RatedFilterSet):
    """Of a moderator's, or an author's, list."""

    product = ReferenceFilter(method="of_product")
    customer = django_filters.UUIDFilter(field_name="author__public_id")
    state = django_filters.ChoiceFilter(choices=ReviewState.choices)

    class Meta(RatedFilterSet.Meta):
        pass

    def of_product(self, rows: QuerySet[Review], _: str, reference: str) -> QuerySet[Review]:
        return rows.filter(
            product__in=Product.objects.for_store(self.request.store).named(reference)
        )


class ProductReviewFilter(RatedFilterSet):
    """Of what everybody reads below a product."""

    ordering = django_filters.ChoiceFilter(
        method="of_the_whole", choices=[(name, name) for name in _REVIEW_ORDERS]
    )

    class Meta(RatedFilterSet.Meta):
        pass

    def filter_queryset(self, reviews: QuerySet[Review]) -> QuerySet[Review]:
        asked = super().filter_queryset(reviews)
        return asked.order_by(*_REVIEW_ORDERS[self.form.cleaned_data["ordering"] or "newest"])

    def of_the_whole(self, rows: QuerySet[Review], *_: Any) -> QuerySet[Review]:
        """In `filter_queryset`."""
        return rows
