from apps.interchange.services.import_products import import_products
from apps.interchange.services.plan_import import plan_import

__all__ = ["import_products", "plan_import"]
