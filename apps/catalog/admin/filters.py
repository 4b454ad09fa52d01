"""Narrowing the lists of the catalogue: by what the listings know, which have an index for it."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter
from unfold.contrib.filters.forms import AutocompleteDropdownForm

from apps.catalog.models import Product, ProductListing, Review
from apps.catalog.queries import some_vendors
from apps.core.admin import as_key


def listed(products: QuerySet[Product], request: HttpRequest, **wanted: Any) -> QuerySet[Product]:
    """This function will keep the products of the store whose listings have what is wanted."""
    listings = ProductListing.objects.for_store(request.store)  # type: ignore[attr-defined]
    return products.filter(pk__in=listings.filter(**wanted).values("product_id"))


class PublishedFilter(admin.SimpleListFilter):
    """What the public sees now."""

    title = "published"
    parameter_name = "published"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """This function will return what can be chosen."""
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, products: QuerySet[Product]) -> QuerySet[Product]:
        """This function will keep what is shown, or what is not."""
        now = timezone.now()
        if self.value() == "yes":
            return products.filter(published_at__lte=now)
        if self.value() == "no":
            hidden = Q(published_at__isnull=True) | Q(published_at__gt=now)
            listings = ProductListing.objects.for_store(request.store)  # type: ignore[attr-defined]
            return products.filter(pk__in=listings.filter(hidden).values("product_id"))
        return products


class InStockFilter(admin.SimpleListFilter):
    """What can be bought."""

    title = "in stock"
    parameter_name = "in_stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """This function will return what can be chosen."""
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, products: QuerySet[Product]) -> QuerySet[Product]:
        """This function will keep what is in stock, or what is not."""
        if self.value() not in {"yes", "no"}:
            return products
        return products.filter(listing__in_stock=self.value() == "yes")


class VendorFilter(DropdownFilter):
    """The first vendors by name; the address takes any other."""

    title = "vendor"
    parameter_name = "vendor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """This function will return what can be chosen."""
        vendors = some_vendors(store=request.store)  # type: ignore[attr-defined]
        asked = request.GET.get(self.parameter_name, "")
        if asked and asked not in vendors and "\x00" not in asked:
            vendors.append(asked)
        return [(name, name) for name in vendors]

    def queryset(self, request: HttpRequest, products: QuerySet[Product]) -> QuerySet[Product]:
        """This function will keep the products of one vendor."""
        vendor = self.value()
        if vendor and "\x00" in vendor:
            raise IncorrectLookupParameters
        return products.filter(vendor=vendor) if vendor else products


class RowFilter(admin.SimpleListFilter):
    """What has to do with one row, which is found by typing. Not one of Django's filters of a
    relation: those sort whole rows to be rid of doubles, and here there are none."""

    template = "unfold/filters/filters_field.html"
    relation: Any  # the field that the autocomplete is about

    def __init__(self, request: Any, params: Any, model: type[Model], model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.request, self.model_admin = request, model_admin

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """This function will leave the choices to be asked for while somebody types."""
        return []

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Iterator[Any]:
        """This function will offer, and name, rows of the store alone."""
        key = self.key()
        form = AutocompleteDropdownForm(
            request=self.request,
            name=self.parameter_name,
            label=f"By {self.title}",
            choices=(),
            field=self.relation,
            model_admin=self.model_admin,
            data={self.parameter_name: "" if key is None else str(key)},
        )
        named: Any = form.fields[self.parameter_name]
        named.queryset = named.queryset.filter(store=self.request.store)
        yield {"form": form}

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """This function will keep what has to do with the row."""
        key = self.key()
        if not self.value():
            return rows
        if key is None:
            raise IncorrectLookupParameters
        return self.narrowed(request, rows, key)

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], key: int) -> QuerySet[Any]:
        """This function will keep what has to do with the row of a key."""
        raise NotImplementedError

    def key(self) -> int | None:
        """This function will return the key that was asked for, when it can be one."""
        return as_key(self.value() or "")


class ShelfFilter(RowFilter):
    """What stands in a category, or anywhere below it."""

    title = "category"
    parameter_name = "category"
    relation = Product._meta.get_field("categories")

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], key: int) -> QuerySet[Any]:
        """This function will keep what stands there."""
        return listed(rows, request, category_ids__contains=[key])


class ProductFilter(RowFilter):
    """What is said about one product."""

    title = "product"
    parameter_name = "product"
    relation = Review._meta.get_field("product")

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], key: int) -> QuerySet[Any]:
        """This function will keep its reviews."""
        return rows.filter(product_id=key)
