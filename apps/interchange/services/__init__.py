from apps.interchange.services.import_products import import_products
from apps.interchange.services.plan_import import plan_import
from apps.interchange.services.seed_demo import seed_demo

__all__ = ["import_products", "plan_import", "seed_demo"]
