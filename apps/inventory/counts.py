"""What somebody has counted."""

from dataclasses import dataclass

from apps.catalog.models import Variant
from apps.inventory.models import Warehouse


@dataclass(frozen=True, kw_only=True)
class StockCount:
    """How many of a variant there are in a warehouse (`None`: the default one), and how many the
    one who counted believed there to be."""

    variant: Variant
    warehouse: Warehouse | None
    quantity: int
    expected: int
