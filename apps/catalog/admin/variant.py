from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.accounts.scopes import Scope
from apps.catalog import services as catalog
from apps.catalog.models import Product, Variant
from apps.catalog.models.product import MAX_OPTIONS
from apps.core.money import Money
from apps.core.service_admin import DetailsForm, ServiceAdmin, ServiceForm
from apps.stores.models import Store


class VariantRowForm(DetailsForm):
    """A variant on the page of its product; amounts are in the store's currency."""

    option_values = SimpleArrayField(
        forms.CharField(max_length=100),
        max_length=MAX_OPTIONS,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="One for each option of the product, separated by commas.",
    )

    class Meta:
        model = Variant
        fields = [
            "sku",
            "title",
            "option_values",
            "price_amount",
            "compare_at_amount",
            "barcode",
            "weight_grams",
            "position",
        ]
        labels = {"sku": "SKU", "price_amount": "Price", "compare_at_amount": "Compare at"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_inputs()
        if self.instance.pk:
            for money, name in (
                (self.instance.price, "price_amount"),
                (self.instance.compare_at, "compare_at_amount"),
            ):
                self.initial[name] = money and money.rounded().amount

    def money_details(self, store: Store) -> dict[str, Any]:
        """This function will return what was changed, with money instead of amounts."""
        details = self.details()
        for name in ("price", "compare_at"):
            if f"{name}_amount" in details:
                amount = details.pop(f"{name}_amount")
                details[name] = None if amount is None else Money(amount, store.currency)
        return details

    def write(self, request: HttpRequest, product: Product) -> Variant:
        """This function will save a row of the product's page."""
        store: Store = request.store  # type: ignore[attr-defined]
        row = {"store": store, "product_id": product.pk, "by": request.user}
        if self.instance.pk:
            return catalog.update_variant(
                variant_id=self.instance.pk, **row, **self.money_details(store)
            )
        return catalog.create_variant(**row, **self.money_details(store))


class VariantForm(ServiceForm, VariantRowForm):
    """A variant on a page of its own."""


@admin.register(Variant)
class VariantAdmin(ServiceAdmin):
    """Every variant by its SKU. New ones are added on the page of their product."""

    read_scope = Scope.READ_CATALOG
    write_scope = Scope.WRITE_CATALOG
    form = VariantForm
    list_display = ["sku", "title", "product", "shown_price", "shown_compare_at", "in_stock"]
    list_filter = ["in_stock"]
    list_select_related = ["product"]
    search_fields = ["sku", "title", "product__title"]
    ordering = ["-pk"]
    readonly_fields = ["product", "in_stock", "public_id", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["product", "sku", "title", "option_values", "position", "seen"]}),
        ("Price", {"fields": ["price_amount", "compare_at_amount"]}),
        ("Goods", {"fields": ["barcode", "weight_grams", "in_stock"]}),
        ("Record", {"fields": ["public_id", "created_at", "updated_at"]}),
    ]
    actions = ["delete_variants"]

    @display(description="Price", ordering="price_amount")
    def shown_price(self, variant: Variant) -> str:
        return str(variant.price)

    @display(description="Compare at", ordering="compare_at_amount")
    def shown_compare_at(self, variant: Variant) -> str:
        return str(variant.compare_at or "")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Variant,
        form: VariantForm,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        catalog.update_variant(
            store=request.store,
            product_id=obj.product_id,
            variant_id=obj.pk,
            by=request.user,
            expected_version=form.cleaned_data["seen"],
            **form.money_details(request.store),
        )

    @admin.action(description="Delete", permissions=["change"])
    def delete_variants(self, request: HttpRequest, queryset: QuerySet[Variant]) -> None:
        def delete(variant: Variant) -> None:
            catalog.delete_variant(
                store=request.store,
                product_id=variant.product_id,
                variant_id=variant.pk,
                by=request.user,
                now=timezone.now(),
            )

        self.each(request, queryset, delete, done="deleted")
