from apps.catalog.admin.category import CategoryAdmin
from apps.catalog.admin.image import ProductImageAdmin
from apps.catalog.admin.product import ProductAdmin
from apps.catalog.admin.review import ReviewAdmin
from apps.catalog.admin.variant import VariantAdmin
from apps.catalog.admin.wishlist import WishlistItemAdmin

__all__ = [
    "CategoryAdmin",
    "ProductAdmin",
    "ProductImageAdmin",
    "ReviewAdmin",
    "VariantAdmin",
    "WishlistItemAdmin",
]
