from apps.catalog.models.category import Category
from apps.catalog.models.product import Product
from apps.catalog.models.product_image import ProductImage
from apps.catalog.models.product_listing import ProductListing
from apps.catalog.models.review import Review, ReviewState
from apps.catalog.models.variant import Variant
from apps.catalog.models.wishlist_item import WishlistItem

__all__ = [
    "Category",
    "Product",
    "ProductImage",
    "ProductListing",
    "Review",
    "ReviewState",
    "Variant",
    "WishlistItem",
]
