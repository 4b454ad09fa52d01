from uuid import uuid4

from django.core.validators import URLValidator
from django.db import models

from apps.catalog.models.product import Product
from apps.catalog.models.queryset import CatalogQuerySet
from apps.core.models import LiveManager, SoftDeletable, VersionedRecord
from apps.stores.models import StoreOwned


def image_path(image: "ProductImage", filename: str) -> str:
    """This function will return a name that nobody can guess, whatever the file was called."""
    return _path("products", filename)


def thumbnail_path(image: "ProductImage", filename: str) -> str:
    """This function will return the name of the small version."""
    return _path("thumbnails", filename)


def _path(folder: str, filename: str) -> str:
    name = uuid4().hex
    return f"{folder}/{name[:2]}/{name}.{filename.rpartition('.')[2]}"


class ProductImage(StoreOwned, VersionedRecord, SoftDeletable):
    """A picture of a product: a file of ours with its thumbnail, or an address elsewhere."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="images")
    # Plain file fields: an ImageField would open the file each time a row is loaded.
    file = models.FileField(upload_to=image_path, max_length=200, blank=True)
    thumbnail = models.FileField(upload_to=thumbnail_path, max_length=200, blank=True)
    source_url = models.URLField(
        max_length=2000, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    alt = models.CharField(max_length=500, blank=True, help_text="What the picture shows.")
    width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    position = models.PositiveIntegerField(default=0, help_text="The smallest is the main image.")

    objects = LiveManager.from_queryset(CatalogQuerySet["ProductImage"])()
    with_deleted = models.Manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(file="") | ~models.Q(source_url=""),
                name="image_has_file_or_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["product", "position"],
                condition=models.Q(deleted_at__isnull=True),
                name="image_by_product_and_position",
            ),
        ]

    def __str__(self) -> str:
        return self.alt or self.file.name or self.source_url
