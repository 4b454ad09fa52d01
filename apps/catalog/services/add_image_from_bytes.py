"""Showing a product by a picture of our own."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.catalog.models import ProductImage
from apps.catalog.models.product_image import image_path, thumbnail_path
from apps.catalog.pictures import picture_of
from apps.catalog.services.add_image import insert_image
from apps.events.actors import Actor
from apps.stores.models import Store


def add_image_from_bytes(
    *,
    store: Store,
    product_id: int,
    by: Actor,
    content: bytes,
    alt: str = "",
    position: int | None = None,
) -> ProductImage:
    """This function will add an uploaded picture to a product (primary key), with its thumbnail.

    Without a position it comes last. The files are written before any row is locked, and taken
    back when the row cannot be saved.

    Raises:
        ImageRefused: it is no picture, or a too large one.
        NotInCatalog: the product is gone.
        ProductIsFull: the product has as many images as it may have.
        InvalidDetails: a field cannot be as given.
    """
    picture = picture_of(content)
    image = ProductImage(alt=alt, width=picture.width, height=picture.height)
    stored: list[str] = []
    try:
        for field, path, data in (
            (image.file, image_path, picture.content),
            (image.thumbnail, thumbnail_path, picture.thumbnail),
        ):
            field.name = default_storage.save(path(image, f".{picture.ending}"), ContentFile(data))
            stored.append(field.name)
        return insert_image(
            store=store, product_id=product_id, by=by, image=image, position=position
        )
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise
