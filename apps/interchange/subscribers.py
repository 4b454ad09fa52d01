"""What happens when an export or an import is wanted."""

from apps.events import services as events
from apps.events.models import Delivery
from apps.events.registry import external_subscriber
from apps.interchange.events import ExportRequested, ImportRequested


@external_subscriber(ExportRequested)
def start_export(_: Delivery) -> None:
    """This function will have a worker begin at once. It takes longer than a delivery may, so it is
    a task of its own, which beat starts too."""
    events.start_task(name="interchange.run_exports")


@external_subscriber(ImportRequested)
def start_import(_: Delivery) -> None:
    """This function will have a worker begin at once, in the same way."""
    events.start_task(name="interchange.run_imports")
