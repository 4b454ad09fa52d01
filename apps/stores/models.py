"""The shops served by one installation, and how every other row belongs to one of them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Self, TypeVar
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django_countries.fields import CountryField

from apps.core.locking import LockingQuerySet
from apps.core.models import AmountField, CurrencyField, VersionedRecord
from apps.core.money import Money, currency_exponent
from apps.stores.validators import (
    validate_currency,
    validate_host,
    validate_line,
    validate_time_zone,
)

M = TypeVar("M", bound=models.Model)

# The text configurations of every PostgreSQL that we run on.
SEARCH_LANGUAGES = [
    "simple", "arabic", "danish", "dutch", "english", "finnish", "french", "german", "greek",
    "hungarian", "indonesian", "irish", "italian", "lithuanian", "nepali", "norwegian",
    "portuguese", "romanian", "russian", "spanish", "swedish", "tamil", "turkish",
]  # fmt: skip


class StoreQuerySet(LockingQuerySet["Store"]):
    def default(self) -> "Store":
        """This function will return the store that answers for hosts nobody has claimed."""
        return self.get(is_default=True)


class Store(VersionedRecord):
    """One shop: its money, its taxes, its clock."""

    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=100)
    is_default = models.BooleanField(default=False)
    currency = CurrencyField(default="EUR", validators=[validate_currency])
    country = CountryField(default="DE")
    time_zone = models.CharField(max_length=50, default="UTC", validators=[validate_time_zone])
    prices_include_tax = models.BooleanField(default=True)
    tax_rate = models.DecimalField(
        max_digits=6,
        decimal_places=4,
        default=Decimal("0.1900"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
        help_text="A share of the net price: 0.19 is 19 %.",
    )
    shipping_amount = AmountField(
        default=Decimal("4.90"),
        validators=[MinValueValidator(Decimal(0))],
        help_text="Flat, for each order, in the store's currency.",
    )
    legal_name = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        validators=[validate_line],
        help_text="Who sells, as on invoices; the name of the shop when empty.",
    )
    legal_address = models.TextField(
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text="Line by line, as on invoices.",
    )
    tax_number = models.CharField(
        max_length=50,
        blank=True,
        default="",
        db_default="",
        validators=[validate_line],
        help_text="VAT id.",
    )
    email = models.EmailField(
        blank=True, default="", db_default="", help_text="Contact, and sender of mails."
    )
    capture_at_shipment = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Cards are authorized when an order is paid, and charged when it is shipped.",
    )

    search_language = models.CharField(
        max_length=20,
        choices=[(name, name) for name in SEARCH_LANGUAGES],
        default="simple",
        db_default="simple",
        help_text="Of which language words are found in all their forms; simple: as written.",
    )

    objects = StoreQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="only_one_default_store",
            ),
            models.CheckConstraint(
                condition=models.Q(tax_rate__gte=0, tax_rate__lte=1), name="store_tax_rate_is_share"
            ),
            models.CheckConstraint(
                condition=models.Q(shipping_amount__gte=0), name="store_shipping_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(search_language__in=SEARCH_LANGUAGES),
                name="store_search_language_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shipping(self) -> Money:
        """The flat shipping fee."""
        return Money(self.shipping_amount, self.currency)

    def day_of(self, instant: datetime) -> date:
        """This function will return the day of an instant where the store is."""
        return instant.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def currency_decimals(self) -> int:
        """How many decimals the store's money has."""
        return currency_exponent(self.currency)


class StoreHost(models.Model):
    """A host name that belongs to a store."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="hosts")
    host = models.CharField(max_length=253, validators=[validate_host])

    class Meta:
        constraints = [models.UniqueConstraint(Lower("host"), name="store_host_is_claimed_once")]

    def __str__(self) -> str:
        return self.host


class StoreScopedQuerySet(LockingQuerySet[M]):
    """Rows of one store: the first narrowing of every query that a request makes."""

    def for_store(self, store: Store) -> Self:
        """This function will keep the rows of one store."""
        return self.filter(store=store)


class StoreOwned(models.Model):
    """A row that belongs to a store."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
