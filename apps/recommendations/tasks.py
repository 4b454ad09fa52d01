from celery import shared_task
from django.utils import timezone

from apps.recommendations import services
from apps.stores.models import Store

# The engine may compute for minutes; a claim outlives any worker.
_SOFT_LIMIT, _LIMIT = 20 * 60, 25 * 60


@shared_task(name="recommendations.rebuild", soft_time_limit=_SOFT_LIMIT, time_limit=_LIMIT)
def rebuild() -> int:
    """This function will count again what is bought, what is bought together and what goes with
    what, store by store."""
    changed = 0
    for store in Store.objects.order_by("pk"):
        changed += services.rebuild_popularity(store=store, now=timezone.now())
        changed += services.rebuild_co_purchases(store=store)
        changed += services.rebuild_similar_products(store=store, now=timezone.now())
    return changed
