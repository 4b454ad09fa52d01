from django.db import models

from apps.accounts.models import User
from apps.catalog.models.product import Product
from apps.core.models import Record
from apps.stores.models import StoreOwned, StoreScopedQuerySet

MAX_WISHES = 500


class WishlistItem(StoreOwned, Record):
    """A product that a person would like to have. It is written under the lock of the person."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="wishes")

    objects = StoreScopedQuerySet["WishlistItem"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "product"], name="wishlist_has_each_product_once"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "created_at"], name="wish_by_store_and_time"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
