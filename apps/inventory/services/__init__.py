from apps.inventory.allocation import Demand
from apps.inventory.arrivals import Arrival
from apps.inventory.counts import CountOutcome, CountResult, StockCount
from apps.inventory.services.adjust_stock import adjust_stock
from apps.inventory.services.adjust_stocks import adjust_stocks
from apps.inventory.services.apply_counts import apply_counts
from apps.inventory.services.change_low_stock_threshold import change_low_stock_threshold
from apps.inventory.services.commit_stock import commit_stock
from apps.inventory.services.create_warehouse import create_warehouse
from apps.inventory.services.ensure_warehouse import ensure_warehouse
from apps.inventory.services.extend_reservation import extend_reservation
from apps.inventory.services.import_movements import import_movements
from apps.inventory.services.mail_low_stock import mail_low_stock
from apps.inventory.services.mail_low_stock_report import mail_low_stock_report
from apps.inventory.services.receive_arrivals import receive_arrivals
from apps.inventory.services.receive_stock import receive_stock
from apps.inventory.services.receive_stocks import receive_stocks
from apps.inventory.services.release_stock import release_stock
from apps.inventory.services.report_low_stock import report_low_stock
from apps.inventory.services.reserve_stock import reserve_stock
from apps.inventory.services.return_stock import return_stock
from apps.inventory.services.sweep_expired_reservations import sweep_expired_reservations
from apps.inventory.services.sweep_store_reservations import sweep_store_reservations
from apps.inventory.services.sync_all_availability import sync_all_availability
from apps.inventory.services.transfer_stock import transfer_stock
from apps.inventory.services.update_warehouse import update_warehouse
from apps.inventory.services.withdraw_stock import withdraw_stock

__all__ = [
    "Arrival",
    "CountOutcome",
    "CountResult",
    "Demand",
    "StockCount",
    "adjust_stock",
    "adjust_stocks",
    "apply_counts",
    "change_low_stock_threshold",
    "commit_stock",
    "create_warehouse",
    "ensure_warehouse",
    "extend_reservation",
    "import_movements",
    "mail_low_stock",
    "mail_low_stock_report",
    "receive_arrivals",
    "receive_stock",
    "receive_stocks",
    "release_stock",
    "report_low_stock",
    "reserve_stock",
    "return_stock",
    "sweep_expired_reservations",
    "sweep_store_reservations",
    "sync_all_availability",
    "transfer_stock",
    "update_warehouse",
    "withdraw_stock",
]
