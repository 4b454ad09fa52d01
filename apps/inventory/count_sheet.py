"""What somebody is about to count: the goods, and how many were on record when the page was opened.

It travels with the page, sealed: nobody else can use it, and nobody can say that another number was
on record then.
"""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.core import signing

from apps.events.actors import Actor, actor_reference
from apps.inventory.errors import CountSheetExpired
from apps.stores.models import Store

_SALT = "stock-take"
_VALID_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class CountSheet:
    """SKUs of one warehouse (its code) with what was on record. `following` is the SKU that comes
    behind the last one, "" at the end. By its `reference` a stock-take is known."""

    warehouse: str
    reference: str
    rows: list[tuple[str, int]]
    following: str = ""

    def sealed(self, *, store: Store, by: Actor) -> str:
        """This function will write the sheet for a page of somebody."""
        return signing.dumps(asdict(self), salt=_salt(store, by), compress=True)

    @classmethod
    def unsealed(cls, sealed: str, *, store: Store, by: Actor) -> "CountSheet":
        """This function will read a sheet that was sealed for the same person within a day.

        Raises:
            CountSheetExpired: it was not.
        """
        try:
            read: Any = signing.loads(sealed, salt=_salt(store, by), max_age=_VALID_SECONDS)
        except signing.BadSignature as error:
            raise CountSheetExpired from error
        rows = [(sku, on_hand) for sku, on_hand in read.pop("rows")]
        return cls(rows=rows, **read)

    @property
    def known_by(self) -> UUID:
        """The reference of the movements that it makes."""
        return UUID(self.reference)


def _salt(store: Store, by: Actor) -> str:
    return f"{_SALT}:{store.public_id}:{actor_reference(by)}"
