"""Where goods are, how many, who holds them, and how each number came to be."""

from apps.inventory.models.movement import StockMovement
from apps.inventory.models.reservation import Reservation
from apps.inventory.models.stock_item import MOST_ON_HAND, LowStock, StockItem
from apps.inventory.models.warehouse import Warehouse

__all__ = [
    "MOST_ON_HAND",
    "LowStock",
    "Reservation",
    "StockItem",
    "StockMovement",
    "Warehouse",
]
