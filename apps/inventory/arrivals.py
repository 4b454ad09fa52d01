"""What has arrived."""

from dataclasses import dataclass

from apps.catalog.models import Variant
from apps.inventory.models import Warehouse


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """So many of a variant, where they go, and what those who read the ledger should know."""

    variant: Variant
    warehouse: Warehouse
    quantity: int
    note: str = ""
