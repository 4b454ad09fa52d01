from django.db import connection, models

from apps.core.transactions import requires_transaction
from apps.stores.models import Store, StoreOwned

# Taken and locked by one statement, which waits for whoever took the number before. A rollback
# gives the number back.
_TAKE = """
INSERT INTO orders_invoiceseries (store_id, kind, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (store_id, kind, year) DO UPDATE SET last = orders_invoiceseries.last + 1
RETURNING last
"""


class InvoiceSeries(StoreOwned):
    """How far the numbers of one kind of document have come in a store and year."""

    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "kind", "year"], name="one_invoice_series_for_kind_and_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"

    @classmethod
    @requires_transaction
    def take(cls, *, store: Store, kind: str, year: int) -> int:
        """This function will return the next number, and keep others from theirs until the
        transaction ends: take it last, after every other lock."""
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [store.pk, kind, year])
            (number,) = cursor.fetchone()
        return int(number)
