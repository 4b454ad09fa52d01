from apps.catalog.services.add_image import add_image
from apps.catalog.services.add_image_from_bytes import add_image_from_bytes
from apps.catalog.services.create_category import create_category
from apps.catalog.services.create_product import create_product
from apps.catalog.services.create_variant import create_variant
from apps.catalog.services.delete_category import delete_category
from apps.catalog.services.delete_image import delete_image
from apps.catalog.services.delete_product import delete_product
from apps.catalog.services.delete_variant import delete_variant
from apps.catalog.services.find_categories import find_categories
from apps.catalog.services.publish_products import publish_products
from apps.catalog.services.rebuild_listings import rebuild_listings
from apps.catalog.services.record_availability import record_availability
from apps.catalog.services.record_first_sale import record_first_sale
from apps.catalog.services.refresh_listings import refresh_listings
from apps.catalog.services.remove_image_files import remove_image_files
from apps.catalog.services.unpublish_products import unpublish_products
from apps.catalog.services.update_category import update_category
from apps.catalog.services.update_image import update_image
from apps.catalog.services.update_product import update_product
from apps.catalog.services.update_variant import update_variant

__all__ = [
    "add_image",
    "add_image_from_bytes",
    "create_category",
    "create_product",
    "create_variant",
    "delete_category",
    "delete_image",
    "delete_product",
    "delete_variant",
    "find_categories",
    "publish_products",
    "rebuild_listings",
    "record_availability",
    "record_first_sale",
    "refresh_listings",
    "remove_image_files",
    "unpublish_products",
    "update_category",
    "update_image",
    "update_product",
    "update_variant",
]
