from apps.catalog.services.add_image import add_image
from apps.catalog.services.add_image_from_bytes import add_image_from_bytes
from apps.catalog.services.add_to_wishlist import add_to_wishlist
from apps.catalog.services.create_category import create_category
from apps.catalog.services.create_product import create_product
from apps.catalog.services.create_products import create_products
from apps.catalog.services.create_review import create_review
from apps.catalog.services.create_variant import create_variant
from apps.catalog.services.delete_category import delete_category
from apps.catalog.services.delete_image import delete_image
from apps.catalog.services.delete_product import delete_product
from apps.catalog.services.delete_review import delete_review
from apps.catalog.services.delete_variant import delete_variant
from apps.catalog.services.erase_reviews import erase_reviews
from apps.catalog.services.find_categories import find_categories
from apps.catalog.services.hide_review import hide_review
from apps.catalog.services.import_goods import PastGoods, import_goods
from apps.catalog.services.lock_person import lock_person
from apps.catalog.services.lock_review import lock_review
from apps.catalog.services.publish_products import publish_products
from apps.catalog.services.rebuild_listings import rebuild_listings
from apps.catalog.services.record_availability import record_availability
from apps.catalog.services.record_first_sale import record_first_sale
from apps.catalog.services.record_popularity import record_popularity
from apps.catalog.services.record_rating import record_rating
from apps.catalog.services.record_verification import record_verification
from apps.catalog.services.refresh_listings import refresh_listings
from apps.catalog.services.remove_from_wishlist import remove_from_wishlist
from apps.catalog.services.remove_image_files import remove_image_files
from apps.catalog.services.reprice_variants import (
    NotRepriced,
    PriceChange,
    RepriceReport,
    reprice_variants,
)
from apps.catalog.services.show_review import show_review
from apps.catalog.services.unpublish_products import unpublish_products
from apps.catalog.services.update_category import update_category
from apps.catalog.services.update_image import update_image
from apps.catalog.services.update_product import update_product
from apps.catalog.services.update_review import update_review
from apps.catalog.services.update_variant import update_variant

__all__ = [
    "NotRepriced",
    "PastGoods",
    "PriceChange",
    "RepriceReport",
    "add_image",
    "add_image_from_bytes",
    "add_to_wishlist",
    "create_category",
    "create_product",
    "create_products",
    "create_review",
    "create_variant",
    "delete_category",
    "delete_image",
    "delete_product",
    "delete_review",
    "delete_variant",
    "erase_reviews",
    "find_categories",
    "hide_review",
    "import_goods",
    "lock_person",
    "lock_review",
    "publish_products",
    "rebuild_listings",
    "record_availability",
    "record_first_sale",
    "record_popularity",
    "record_rating",
    "record_verification",
    "refresh_listings",
    "remove_from_wishlist",
    "remove_image_files",
    "reprice_variants",
    "show_review",
    "unpublish_products",
    "update_category",
    "update_image",
    "update_product",
    "update_review",
    "update_variant",
]
