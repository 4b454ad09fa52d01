"""Narrowing the lists of the catalogue: by what the listings know, which have an index for it."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import AutocompleteSelectFilter, DropdownFilter

from apps.catalog.models import Category, Product, ProductListing
from apps.catalog.queries import some_vendors

_MOST_DIGITS = 18


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


class ShelfFilter(AutocompleteSelectFilter):
    """What stands in a category, or anywhere below it."""

    def value(self) -> str | None:
        """This function will return the key of the category, when it can be one."""
        given = str(super().value() or "")
        can_be = given.isascii() and given.isdecimal() and len(given) <= _MOST_DIGITS
        return given if can_be else None

    def choices(self, changelist: Any) -> Iterator[Any]:
        """This function will offer, and name, categories of the store alone."""
        for choice in super().choices(changelist):
            own = Category.objects.for_store(self.request.store)
            choice["form"].fields[self.lookup_kwarg].queryset = own
            yield choice

    def queryset(self, request: HttpRequest, products: QuerySet[Product]) -> QuerySet[Product]:
        """This function will keep what stands there."""
        if not self.lookup_val:
            return products
        if self.value() is None:
            raise IncorrectLookupParameters
        return listed(products, request, category_ids__contains=[int(self.value() or 0)])
