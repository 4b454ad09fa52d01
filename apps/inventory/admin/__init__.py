"""Inventory on the staff site."""

from apps.inventory.admin.goods import StockedVariantInline
from apps.inventory.admin.ledgers import ReservationAdmin, StockMovementAdmin
from apps.inventory.admin.low_stock import LowStockAdmin
from apps.inventory.admin.stock import StockItemAdmin
from apps.inventory.admin.warehouse import WarehouseAdmin

__all__ = [
    "LowStockAdmin",
    "ReservationAdmin",
    "StockItemAdmin",
    "StockMovementAdmin",
    "StockedVariantInline",
    "WarehouseAdmin",
]
