from apps.catalog.admin.category import CategoryAdmin
from apps.catalog.admin.product import ProductAdmin
from apps.catalog.admin.variant import VariantAdmin

__all__ = ["CategoryAdmin", "ProductAdmin", "VariantAdmin"]
