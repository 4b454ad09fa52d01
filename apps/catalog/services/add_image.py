"""Showing a product by a picture that lies elsewhere."""

from django.db import transaction

from apps.catalog.changes import require_valid
from apps.catalog.errors import InvalidDetails
from apps.catalog.events import ImageCreated
from apps.catalog.models import Product, ProductImage
from apps.catalog.models.product import MAX_IMAGES
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


def add_image(
    *,
    store: Store,
    product_id: int,
    by: Actor,
    source_url: str,
    alt: str = "",
    position: int | None = None,
) -> ProductImage:
    """This function will add the picture at an address to a product (primary key).

    Without a position it comes last. The address is not visited.

    Raises:
        NotInCatalog: the product is gone.
        ProductIsFull: the product has as many images as it may have.
        InvalidDetails: a field cannot be as given.
    """
    if not source_url:
        missing = {"field": "source_url", "code": "required", "detail": "An address is needed."}
        raise InvalidDetails(errors=[missing])
    image = ProductImage(source_url=source_url, alt=alt)
    return insert_image(store=store, product_id=product_id, by=by, image=image, position=position)


@transaction.atomic
def insert_image(
    *, store: Store, product_id: int, by: Actor, image: ProductImage, position: int | None
) -> ProductImage:
    """This function will save an image as one of a product's, at a position or as the last."""
    product = Product.objects.for_store(store).locked_row(product_id)
    last = ProductImage.objects.filter(product=product).place_behind(most=MAX_IMAGES)
    image.store, image.product = store, product
    image.position = last if position is None else position
    require_valid(image)
    image.save()
    product.touch()
    events.publish(ImageCreated.of(image, product), store=store, by=by)
    return image
