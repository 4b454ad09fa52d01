"""What of stock staff have to look at."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Value

from apps.accounts.scopes import Scope
from apps.core.inbox_kinds import Fix, Kind
from apps.inventory import services
from apps.inventory.models import Reservation

# Beat sweeps every minute.
_NOT_SWEPT = timedelta(minutes=10)
# So many that run out within so short a time are no shoppers' whims: a robot, or a gateway that
# is away.
_STORM = 200
_SOON = timedelta(minutes=5)


def _overdue(rows: Any, now: datetime) -> QuerySet[Reservation]:
    return rows.expired(now=now - _NOT_SWEPT).order_by("expires_at")


def _soon(rows: Any, now: datetime) -> QuerySet[Reservation]:
    soon = rows.active().filter(expires_at__gt=now, expires_at__lte=now + _SOON)
    return soon.order_by("expires_at")


def _sweep(*, store: Any, row: Reservation, by: Any, now: datetime) -> str:
    count = services.sweep_store_reservations(store=store, by=by, now=now)
    return f"{count} orders let go of what they held."


KINDS = [
    Kind(
        name="not-swept",
        title="Reservations past their time",
        scope=Scope.READ_STOCK,
        rows=Reservation.objects.for_store,
        wrong=_overdue,
        since="expires_at",
        about=Value("Goods that nobody paid for"),
        told="They are held past their time, and should have been let go: does beat run?",
        page="inventory_reservation",
        listing="state__exact=active",
        most=1,
        fixes=[Fix(name="sweep", label="Sweep now", scope=Scope.WRITE_STOCK, act=_sweep)],
    ),
    Kind(
        name="expiring-storm",
        title="Many reservations run out at once",
        scope=Scope.READ_STOCK,
        rows=Reservation.objects.for_store,
        wrong=_soon,
        since="created_at",
        about=Value("Unpaid orders"),
        told="More than 200 reservations run out within five minutes. Is a gateway away, or is "
        "somebody ordering without meaning to pay?",
        page="inventory_reservation",
        listing="state__exact=active",
        most=1,
        beyond=_STORM,
    ),
]
