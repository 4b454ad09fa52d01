from celery import shared_task

from apps.recommendations import services
from apps.stores.models import Store


@shared_task(name="recommendations.rebuild")
def rebuild() -> int:
    """This function will count again what is bought together, store by store."""
    stores = Store.objects.order_by("pk")
    return sum(services.rebuild_co_purchases(store=store) for store in stores)
