from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.core.encrypted_fields import EncryptedJSONField
from apps.core.models import AmountField, CurrencyField, Record
from apps.core.money import Money
from apps.orders.invoice_content import InvoiceContent
from apps.orders.models.order import Order
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class InvoiceQuerySet(StoreScopedQuerySet["Invoice"]):
    def visible_to(self, caller: Any) -> Self:
        """This function will keep all for those who may read invoices, for others their own."""
        if caller.has_scope(Scope.READ_INVOICES):
            return self.all()
        return self.filter(customer=caller) if caller.is_person else self.none()

    def of(self, order: Order) -> Self:
        """This function will keep an order's documents."""
        return self.filter(order=order)


class Invoice(StoreOwned, Record):
    """What was sold, or credited, as a document: never changed, never deleted, numbered without a
    gap. A trigger refuses updates and deletes.

    A credit note's amounts are positive: its kind says which way the money goes.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice"
        CREDIT_NOTE = "credit_note"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=20)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    customer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="credit_notes"
    )
    refund_id = models.UUIDField(null=True)
    issued_at = models.DateTimeField()
    currency = CurrencyField()
    net_amount = AmountField()
    tax_amount = AmountField()
    total_amount = AmountField()
    snapshot = EncryptedJSONField()

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "number"], name="invoice_number_once_in_store"
            ),
            models.UniqueConstraint(
                fields=["store", "kind", "year", "sequence"], name="invoice_has_its_place_in_series"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(kind="invoice"), name="one_invoice_for_each_order"
            ),
            models.UniqueConstraint(fields=["refund_id"], name="one_credit_note_for_each_refund"),
            models.CheckConstraint(
                condition=Q(kind="invoice", refund_id__isnull=True, corrects__isnull=True)
                | Q(kind="credit_note", refund_id__isnull=False, corrects__isnull=False),
                name="credit_note_has_refund_and_invoice",
            ),
            models.CheckConstraint(
                condition=Q(
                    net_amount__gte=0,
                    tax_amount__gte=0,
                    total_amount=F("net_amount") + F("tax_amount"),
                ),
                name="invoice_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice") | Q(total_amount__gt=0),
                name="credit_note_is_worth_something",
            ),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="invoices_count_from_one"),
        ]
        indexes = [
            models.Index(fields=["store", "public_id"], name="invoice_by_store"),
            models.Index(fields=["customer", "public_id"], name="invoice_by_customer"),
            models.Index(fields=["store", "issued_at"], name="invoice_by_store_and_time"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def net(self) -> Money:
        """The amount without tax."""
        return Money(self.net_amount, self.currency)

    @property
    def tax(self) -> Money:
        """The tax in the total."""
        return Money(self.tax_amount, self.currency)

    @property
    def total(self) -> Money:
        """What was to be paid, or goes back."""
        return Money(self.total_amount, self.currency)

    @property
    def content(self) -> InvoiceContent:
        """All that is printed, as it was when the document was issued."""
        return InvoiceContent.from_json(self.snapshot, currency=self.currency)

    @property
    def is_credit_note(self) -> bool:
        """Whether the money goes back."""
        return self.kind == self.Kind.CREDIT_NOTE

    @property
    def file_name(self) -> str:
        """What it is called as a file."""
        return f"{self.kind.replace('_', '-')}-{self.number}.pdf"
