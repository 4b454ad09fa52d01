from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Collate, Upper

from apps.catalog.models.product import MAX_OPTIONS, Product
from apps.catalog.models.queryset import CatalogQuerySet
from apps.catalog.validators import validate_metadata
from apps.core.models import (
    AmountField,
    CurrencyField,
    LiveManager,
    SoftDeletable,
    VersionedRecord,
)
from apps.core.money import Money
from apps.stores.models import StoreOwned


class Variant(StoreOwned, VersionedRecord, SoftDeletable):
    """What is put into a cart: one choice of a product's options, with its price and its SKU."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="variants")
    sku = models.CharField(max_length=100)
    title = models.CharField(max_length=255, blank=True)
    option_values = ArrayField(
        models.CharField(max_length=100), size=MAX_OPTIONS, default=list, blank=True
    )
    price_amount = AmountField(validators=[MinValueValidator(0)])
    compare_at_amount = AmountField(
        null=True, blank=True, help_text="The price it is compared with; above the price."
    )
    currency = CurrencyField()
    barcode = models.CharField(max_length=50, blank=True)
    weight_grams = models.PositiveIntegerField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0, help_text="Smaller numbers come first.")
    # What inventory last said; it tells the truth when something is reserved.
    in_stock = models.BooleanField(default=False, editable=False)
    metadata = models.JSONField(default=dict, blank=True, validators=[validate_metadata])

    objects = LiveManager.from_queryset(CatalogQuerySet["Variant"])()
    with_deleted = models.Manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "sku"],
                condition=models.Q(deleted_at__isnull=True),
                name="variant_sku_once_in_store",
                violation_error_message="Another variant has this SKU.",
            ),
            models.UniqueConstraint(
                fields=["product", "option_values"],
                condition=models.Q(deleted_at__isnull=True),
                name="variant_options_once_in_product",
                violation_error_message="Another variant has these options.",
            ),
            models.CheckConstraint(condition=~models.Q(sku=""), name="variant_has_sku"),
            models.CheckConstraint(
                condition=models.Q(option_values__len__lte=MAX_OPTIONS),
                name="variant_option_values_at_most_3",
            ),
            models.CheckConstraint(
                condition=models.Q(price_amount__gte=0), name="variant_price_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(compare_at_amount__isnull=True)
                | models.Q(compare_at_amount__gt=models.F("price_amount")),
                name="variant_compare_at_above_price",
                violation_error_message="The compare-at price must be above the price.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["product", "price_amount"],
                condition=models.Q(deleted_at__isnull=True),
                name="variant_by_product_and_price",
            ),
            models.Index(fields=["store", "created_at"], name="variant_by_store_and_time"),
            # Staff type how it begins; the order of languages finds no beginnings.
            models.Index(
                "store",
                Collate(Upper("sku"), "C"),
                condition=models.Q(deleted_at__isnull=True),
                name="variant_by_beginning_of_sku",
            ),
            models.Index(
                "store",
                Collate(Upper("barcode"), "C"),
                condition=models.Q(deleted_at__isnull=True) & ~models.Q(barcode=""),
                name="variant_by_barcode",
            ),
        ]

    def __str__(self) -> str:
        return self.sku

    @staticmethod
    def title_of(option_values: Sequence[str]) -> str:
        """This function will return what a variant is called by its options alone."""
        return " / ".join(option_values)[:255]

    def clean(self) -> None:
        """This function will refuse a compare-at price that is no higher than the price."""
        price, compare_at = self.price_amount, self.compare_at_amount
        if price is not None and compare_at is not None and compare_at <= price:
            raise ValidationError({"compare_at_amount": "It must be above the price."})

    @property
    def price(self) -> Money:
        """What one costs."""
        return Money(self.price_amount, self.currency)

    @property
    def compare_at(self) -> Money | None:
        """The price it is compared with, when there is one."""
        if self.compare_at_amount is None:
            return None
        return Money(self.compare_at_amount, self.currency)
