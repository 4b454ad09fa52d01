"""What the catalogue does about its own events."""

from apps.catalog import services as catalog
from apps.catalog.events import ImageDeleted
from apps.events.models import Delivery
from apps.events.registry import external_subscriber
from apps.stores.events import StoreUpdated
from apps.stores.models import Store


@external_subscriber(ImageDeleted)
def remove_image_files(delivery: Delivery) -> None:
    """This function will remove the files of an image that is shown no more."""
    catalog.remove_image_files(image_id=delivery.event.aggregate_id)


@external_subscriber(StoreUpdated)
def list_products_in_new_language(delivery: Delivery) -> None:
    """This function will compute a store's listings anew when it searches in another language."""
    if "search_language" in delivery.event.payload["changed"]:
        store = Store.objects.get(public_id=delivery.event.aggregate_id)
        for _ in catalog.rebuild_listings(store=store):
            pass  # each batch is committed by itself
