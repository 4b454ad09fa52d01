"""What watches the tests of the staff site has teeth."""

import pytest
from django.db import transaction
from django.http import HttpResponse

from apps.accounts.tests.factories import UserFactory
from apps.core.request_id import bound_request_id
from apps.inventory import services as inventory
from apps.inventory.tests.factories import StockItemFactory
from tests.on_record import EveryWriteIsOnRecord, NotOnRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(rf):
    def sent(act, path="/admin/inventory/stockitem/"):
        request = rf.post(path)
        request.user = clerk = UserFactory(is_staff=True)
        with bound_request_id("1"):
            EveryWriteIsOnRecord(lambda _: act(clerk) or HttpResponse())(request)

    return sent


@pytest.fixture
def item():
    return StockItemFactory(on_hand=5)


def receive(item, by):
    inventory.receive_stock(
        store=item.variant.product.store,
        variant=item.variant,
        warehouse=item.warehouse,
        quantity=1,
        by=by,
    )


def test_what_is_written_past_the_services_is_found(send, item):
    with pytest.raises(NotOnRecord, match="inventory_stockitem"):
        send(lambda _: item.save())


def test_what_a_service_writes_for_somebody_else_is_found(send, item):
    with pytest.raises(NotOnRecord):
        send(lambda _: receive(item, by=None))


def test_what_a_service_writes_for_who_asked_is_on_record(send, item):
    send(lambda clerk: receive(item, by=clerk))


def test_what_was_rolled_back_was_not_written(send, item):
    def act(_):
        with transaction.atomic():
            item.save()
            transaction.set_rollback(True)

    send(act)


def test_other_sites_are_not_watched(send, item):
    send(lambda _: item.save(), path="/api/v1/stock")
