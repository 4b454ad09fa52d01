from apps.interchange.services.apply_import import apply_import
from apps.interchange.services.cancel_export import cancel_export
from apps.interchange.services.cancel_import import cancel_import
from apps.interchange.services.end_import import end_import
from apps.interchange.services.export_data import export_data
from apps.interchange.services.generate_export import generate_export
from apps.interchange.services.import_customers import CUSTOMERS
from apps.interchange.services.import_orders import ORDERS
from apps.interchange.services.import_products import import_products
from apps.interchange.services.import_receipts import RECEIPTS
from apps.interchange.services.import_stock import STOCK
from apps.interchange.services.open_export import open_export
from apps.interchange.services.open_refused_rows import (
    open_refused_plans,
    open_refused_rows,
)
from apps.interchange.services.plan_delivery import DeliveryPlan, plan_delivery
from apps.interchange.services.plan_import import plan_import
from apps.interchange.services.prune_imports import prune_imports
from apps.interchange.services.receive_delivery import receive_delivery
from apps.interchange.services.record_list import record_list
from apps.interchange.services.request_export import request_export
from apps.interchange.services.request_import import request_import
from apps.interchange.services.request_revert import request_revert
from apps.interchange.services.retry_export import retry_export
from apps.interchange.services.revert_import import revert_import
from apps.interchange.services.run_exports import run_exports
from apps.interchange.services.run_import import run_import
from apps.interchange.services.run_imports import run_imports
from apps.interchange.services.seed_catalog import seed_catalog
from apps.interchange.services.seed_demo import seed_demo
from apps.interchange.services.sweep_exports import sweep_exports
from apps.interchange.services.sweep_imports import sweep_imports
from apps.interchange.services.write_export import write_export

__all__ = [
    "CUSTOMERS",
    "ORDERS",
    "RECEIPTS",
    "STOCK",
    "DeliveryPlan",
    "apply_import",
    "cancel_export",
    "cancel_import",
    "end_import",
    "export_data",
    "generate_export",
    "import_products",
    "open_export",
    "open_refused_plans",
    "open_refused_rows",
    "plan_delivery",
    "plan_import",
    "prune_imports",
    "receive_delivery",
    "record_list",
    "request_export",
    "request_import",
    "request_revert",
    "retry_export",
    "revert_import",
    "run_exports",
    "run_import",
    "run_imports",
    "seed_catalog",
    "seed_demo",
    "sweep_exports",
    "sweep_imports",
    "write_export",
]
