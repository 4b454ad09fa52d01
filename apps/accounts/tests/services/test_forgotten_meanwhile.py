"""Requests that were under way when their person was forgotten."""

import pytest

from apps.accounts import services
from apps.accounts.errors import PersonErased
from apps.accounts.models import Address, Membership, User
from apps.accounts.scopes import Role
from apps.events.models import OutboxEvent

DETAILS = {"full_name": "Ada", "street": "1 Main St", "city": "Cork", "country": "IE"}


@pytest.mark.parametrize(
    "write",
    [
        lambda ada: services.update_person(person=ada, full_name="Ada", by=ada),
        lambda ada: services.add_address(store=ada.store, owner=ada, details=DETAILS, by=ada),
        lambda ada: services.grant_role(person=ada, store=ada.store, role=Role.ADMIN, by=None),
    ],
)
def test_they_write_nothing_more(shopper, write):
    services.erase_person(person=User.objects.get(pk=shopper.pk), by=None)
    told = OutboxEvent.objects.count()

    with pytest.raises(PersonErased):
        write(shopper)

    shopper.refresh_from_db()
    assert (shopper.full_name, shopper.is_staff) == ("", False)
    assert not Address.objects.exists()
    assert not Membership.objects.exists()
    assert OutboxEvent.objects.count() == told
