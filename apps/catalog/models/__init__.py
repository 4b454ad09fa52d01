from apps.catalog.models.category import Category
from apps.catalog.models.product import Product
from apps.catalog.models.product_image import ProductImage
from apps.catalog.models.product_listing import ProductListing
from apps.catalog.models.variant import Variant

__all__ = ["Category", "Product", "ProductImage", "ProductListing", "Variant"]
