"""Forgetting the files of a picture that was deleted."""

from uuid import UUID

from django.core.files.storage import default_storage

from apps.catalog.models import ProductImage
from apps.core.transactions import forbids_transaction


@forbids_transaction
def remove_image_files(*, image_id: UUID) -> None:
    """This function will remove the files of a deleted image (public id); again does no harm."""
    image = ProductImage.with_deleted.get(public_id=image_id, deleted_at__isnull=False)
    for name in filter(None, (image.file.name, image.thumbnail.name)):
        default_storage.delete(name)
