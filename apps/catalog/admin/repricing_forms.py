"""What is asked before many prices change."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from apps.catalog.models import Category, Product, ProductListing, Variant
from apps.catalog.repricing import CompareAt, Repricing, Rounding, roundings_for
from apps.core.admin import as_key
from apps.core.autocomplete import KeySelect
from apps.core.money import Money
from apps.stores.models import Store

MOST_VARIANTS = 1_000
_MOST_PRODUCTS = 1_000
_ROUNDINGS = {
    Rounding.EXACT: "Not at all, but to the decimals of the currency",
    Rounding.ENDS_99: "To the nearest price that ends in .99",
    Rounding.ENDS_95: "To the nearest price that ends in .95",
    Rounding.ENDS_90: "To the nearest price that ends in .90",
    Rounding.FIVE_CENTS: "To 0.05",
    Rounding.WHOLE: "To whole numbers",
    Rounding.TENS: "To tens",
    Rounding.HUNDREDS: "To hundreds",
}
_COMPARE_AT = {
    CompareAt.LEAVE: "Leave it",
    CompareAt.OLD_PRICE: "Set it to the price before",
    CompareAt.CLEAR: "Clear it",
}


class RepricingForm(forms.Form):
    """Which variants, and how their prices change."""

    products = forms.CharField(required=False, widget=forms.HiddenInput, max_length=10_000)
    category = forms.ModelChoiceField(
        Category.objects.none(), required=False, help_text="With all that stands below it."
    )
    vendor = forms.CharField(
        required=False,
        max_length=255,
        widget=UnfoldAdminTextInputWidget,
        help_text="The whole name. With a category: what is in both.",
    )
    direction = forms.ChoiceField(
        choices=[("down", "Lower"), ("up", "Raise")], widget=UnfoldAdminSelectWidget
    )
    value = forms.DecimalField(
        label="By",
        min_value=0,
        max_digits=15,
        decimal_places=4,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    unit = forms.ChoiceField(label="Percent or amount", widget=UnfoldAdminSelectWidget)
    rounding = forms.ChoiceField(label="Round the new price", widget=UnfoldAdminSelectWidget)
    compare_at = forms.ChoiceField(
        label="The price it is compared with",
        choices=[(one.value, words) for one, words in _COMPARE_AT.items()],
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.store = store
        fields: Any = self.fields
        fields["category"].widget = KeySelect(
            Product._meta.get_field("categories"),
            admin.site,
            attrs={"class": "unfold-admin-autocomplete admin-autocomplete"},
        )
        fields["category"].queryset = Category.objects.for_store(store)
        fields["unit"].choices = [("percent", "%"), ("amount", store.currency)]
        fields["rounding"].choices = [
            (one.value, _ROUNDINGS[one]) for one in roundings_for(store.currency)
        ]

    def clean_value(self) -> Decimal:
        """This function will refuse a change of nothing, and more decimals than money has."""
        value: Decimal = self.cleaned_data["value"]
        if not value:
            raise ValidationError("By how much?", code="nothing")
        return value

    def clean_products(self) -> list[int]:
        """This function will read the keys of the products that were chosen in the list."""
        given = [one for one in self.cleaned_data["products"].split(",") if one]
        keys = [key for one in given if (key := as_key(one)) is not None]
        if len(keys) < len(given):
            raise ValidationError("These are no products.", code="invalid")
        return keys[:_MOST_PRODUCTS]

    def clean(self) -> dict[str, Any]:
        """This function will ask for goods, and for an amount that the currency has."""
        cleaned = super().clean() or {}
        if not (cleaned.get("products") or cleaned.get("category") or cleaned.get("vendor")):
            raise ValidationError("Choose products in the list, a category or a vendor.")
        value = cleaned.get("value")
        if value and cleaned.get("unit") == "amount":
            money = Money(value, self.store.currency)
            if money.rounded() != money:
                self.add_error("value", f"{self.store.currency} has fewer decimals.")
        return cleaned

    @property
    def how(self) -> Repricing:
        """How prices change."""
        sent = self.cleaned_data
        value = sent["value"] if sent["direction"] == "up" else -sent["value"]
        percent = sent["unit"] == "percent"
        return Repricing(
            percent=value if percent else None,
            amount=None if percent else Money(value, self.store.currency),
            rounding=Rounding(sent["rounding"]),
            compare_at=CompareAt(sent["compare_at"]),
        )

    def variants(self) -> QuerySet[Variant]:
        """This function will return one variant more than may be changed at once, at most."""
        sent, products = self.cleaned_data, Product.objects.for_store(self.store)
        if sent["products"]:
            products = products.filter(pk__in=sent["products"])
        if sent["vendor"]:
            products = products.filter(vendor=sent["vendor"])
        if sent["category"]:
            listings = ProductListing.objects.for_store(self.store)
            below = listings.filter(category_ids__contains=[sent["category"].pk])
            products = products.filter(pk__in=below.values("product_id"))
        variants = Variant.objects.filter(product_id__in=products.values("pk"))
        return variants.order_by("product_id", "position", "pk")[: MOST_VARIANTS + 1]
