"""A little longer."""

from datetime import datetime
from uuid import UUID

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.inventory.errors import ReservationLost
from apps.inventory.events import ReservationExtended
from apps.inventory.models import Reservation


@requires_transaction
def extend_reservation(*, reference: UUID, until: datetime) -> None:
    """This function will hold what a reference holds at least until a time; never shorter.

    Raises:
        ReservationLost: nothing is held under it any more.
    """
    reservations = Reservation.objects.of(reference).active().select_related("store").locked()
    if not reservations:
        raise ReservationLost
    shorter = [row.pk for row in reservations if row.expires_at < until]
    if not shorter:
        return
    Reservation.objects.filter(pk__in=shorter).update(expires_at=until)
    event = ReservationExtended(aggregate_id=reference, expires_at=until)
    events.publish(event, store=reservations[0].store)
