"""What the catalogue does about its own events."""

from apps.catalog import services as catalog
from apps.catalog.events import ImageDeleted
from apps.events.models import Delivery
from apps.events.registry import external_subscriber


@external_subscriber(ImageDeleted)
def remove_image_files(delivery: Delivery) -> None:
    """This function will remove the files of an image that is shown no more."""
    catalog.remove_image_files(image_id=delivery.event.aggregate_id)
