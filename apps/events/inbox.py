"""What of events staff have to look at."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Concat

from apps.core.inbox_kinds import Fix, Kind
from apps.events import services
from apps.events.models import Delivery

# Many times what the relay takes to come round.
_TOO_LONG = timedelta(minutes=10)


def _of_store(store: Any) -> QuerySet[Delivery]:
    return Delivery.objects.filter(event__store=store.public_id)


def _dead(rows: Any, now: datetime) -> QuerySet[Delivery]:
    return rows.dead().order_by("pk")


def _all(store: Any) -> QuerySet[Delivery]:
    """One pipeline serves all shops: when it stands still, it does for each of them."""
    return Delivery.objects.all()


def _overdue(rows: Any, now: datetime) -> QuerySet[Delivery]:
    return rows.due(now=now - _TOO_LONG).order_by("next_attempt_at")


def _deliver_again(*, store: Any, row: Delivery, by: Any, now: datetime) -> str:
    services.redeliver(delivery_ids=[row.pk], by=by)
    return "It will be delivered again."


def _resume(*, store: Any, row: Delivery, by: Any, now: datetime) -> str:
    services.resume_deliveries(store=store, by=by)
    return "The relay was told to begin at once. Look again in a minute."


KINDS = [
    Kind(
        name="dead-delivery",
        title="Deliveries that were given up",
        scope="read_events",
        rows=_of_store,
        wrong=_dead,
        since="next_attempt_at",
        about=Concat("event__name", Value(" to "), "subscriber"),
        told="It failed too often, and is not tried any more. What it should have done is undone.",
        page="events_delivery",
        fixes=[
            Fix(
                name="deliver-again",
                label="Deliver again",
                scope="write_events",
                act=_deliver_again,
            )
        ],
    ),
    Kind(
        name="pipeline-lag",
        title="The pipeline lags",
        scope="read_events",
        rows=_all,
        wrong=_overdue,
        since="next_attempt_at",
        about=Value("Deliveries of events"),
        told="The oldest should have been handed over long ago: is there a worker, and a broker?",
        page="events_delivery",
        listing="state__exact=pending",
        most=1,
        fixes=[
            Fix(name="resume", label="Wake the relay", scope="write_events", act=_resume),
        ],
    ),
]
