"""Looking after what the catalogue remembers of the stock."""

from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.catalog import services as catalog
from apps.catalog.models import Variant
from apps.core.retries import retry_conflicts
from apps.inventory.models import StockItem

log = structlog.get_logger(__name__)

_BATCH = 200


def sync_all_availability() -> int:
    """This function will make `Variant.in_stock` agree with the stock everywhere.

    Every change of stock does that by itself; what is found here was written past the services.
    Returns how many variants were shown wrongly.
    """
    wrong = list(_shown_wrongly().order_by("pk").values_list("pk", flat=True))
    synced = sum(_sync(wrong[at : at + _BATCH]) for at in range(0, len(wrong), _BATCH))
    if synced:
        log.warning("availability_was_wrong", variants=synced)
    return synced


@retry_conflicts
@transaction.atomic
def _sync(variant_ids: Sequence[int]) -> int:
    # Read again under the locks: somebody may have been selling.
    StockItem.objects.filter(variant__in=variant_ids).locked()
    wrong = _shown_wrongly().filter(pk__in=variant_ids).values_list("pk", "in_stock")
    shown = dict(wrong)
    catalog.record_availability(
        in_stock=[pk for pk, in_stock in shown.items() if not in_stock],
        out_of_stock=[pk for pk, in_stock in shown.items() if in_stock],
    )
    return len(shown)


def _shown_wrongly() -> "QuerySet[Variant]":
    stock = StockItem.objects.filter(variant=OuterRef("pk")).order_by().values("variant")
    left = stock.annotate(left=Sum(F("on_hand") - F("reserved"))).values("left")
    known = Variant.objects.annotate(left=Coalesce(Subquery(left), 0))
    return known.filter(Q(in_stock=True, left__lte=0) | Q(in_stock=False, left__gt=0))
