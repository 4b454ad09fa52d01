from django.db import models
from django.db.models import Q

from apps.core.encrypted_fields import EncryptedTextField
from apps.core.models import Record
from apps.orders.models.order import Order

MOST_LETTERS = 2000


class OrderNote(Record):
    """What a member of staff wrote about an order, for the others. Append-only: a trigger refuses
    all but one change, that the text is forgotten together with the customer."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="notes", db_index=False)
    author = models.CharField(max_length=100, help_text='"user:…", or "key:…".')
    text = EncryptedTextField(blank=True)
    # Of the form that it was written in: sent twice, it is one note.
    key = models.UUIDField(editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "key"], name="order_note_once_for_each_key"),
            models.CheckConstraint(condition=~Q(author=""), name="order_note_has_an_author"),
        ]

    def __str__(self) -> str:
        return f"note {self.public_id}"
