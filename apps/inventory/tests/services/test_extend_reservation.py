from datetime import UTC, datetime
from uuid import UUID

import pytest

from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.errors import ReservationLost
from apps.inventory.models import Reservation
from apps.inventory.tests.factories import ReservationFactory

pytestmark = pytest.mark.django_db

ORDER = UUID("01900000-0000-7000-8000-000000000001")
SOON = datetime(2999, 1, 1, tzinfo=UTC)
LATER = datetime(2999, 1, 2, tzinfo=UTC)


def test_holds_all_lines_longer():
    ReservationFactory(reference=ORDER, expires_at=SOON)
    ReservationFactory(reference=ORDER, expires_at=SOON)
    other = ReservationFactory(expires_at=SOON)

    inventory.extend_reservation(reference=ORDER, until=LATER)

    ends = Reservation.objects.filter(reference=ORDER).values_list("expires_at", flat=True)
    assert list(ends) == [LATER, LATER]
    other.refresh_from_db()
    assert other.expires_at == SOON
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("reservation.extended", ORDER)


def test_never_makes_it_shorter():
    reservation = ReservationFactory(reference=ORDER, expires_at=LATER)

    inventory.extend_reservation(reference=ORDER, until=SOON)

    reservation.refresh_from_db()
    assert reservation.expires_at == LATER
    assert not OutboxEvent.objects.exists()


def test_refuses_what_is_no_longer_held():
    ReservationFactory(reference=ORDER, expires_at=SOON)
    Reservation.objects.update(state="released")

    with pytest.raises(ReservationLost):
        inventory.extend_reservation(reference=ORDER, until=LATER)

    assert Reservation.objects.get().expires_at == SOON
