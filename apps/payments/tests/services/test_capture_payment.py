"""Staff take authorized money before the goods leave."""

import pytest

from apps.events import services as events
from apps.events.models import OutboxEvent
from apps.orders.errors import OrderNeedsAttention, OrderNotFound
from apps.orders.models import Invoice, Order
from apps.payments import services
from apps.payments.errors import GatewayUnavailable, NothingToCapture
from apps.payments.gateways import ChargeOutcome
from apps.payments.models import Payment
from apps.payments.tests.factories import cancel_order, pay_order, place_order
from apps.stores.tests.factories import StoreFactory


@pytest.fixture
def order(shopper, store) -> Order:
    store.capture_at_shipment = True
    store.save()
    return place_order(customer=shopper)


@pytest.fixture
def authorized(order, ledger) -> Payment:
    return pay_order(order)


def capture(order, *, by, store=None) -> Payment:
    return services.capture_payment(store=store or order.store, order_id=order.public_id, by=by)


def test_staff_capture_once_in_their_own_name(order, authorized, ledger, staff, promises_kept):
    assert capture(order, by=staff).state == "captured"
    with pytest.raises(NothingToCapture):
        capture(order, by=staff)
    assert [str(money) for money in ledger.taken.values()] == ["34.90 EUR"]
    event = OutboxEvent.objects.get(name="payment.captured")
    assert event.actor == f"user:{staff.public_id}"
    assert Invoice.objects.count() == 1
    promises_kept()


def test_a_canceled_order_is_not_captured(order, authorized, ledger, staff):
    cancel_order(order)
    with pytest.raises(NothingToCapture):
        capture(order, by=staff)
    assert ledger.taken == {}
    events.deliver_pending()
    authorized.refresh_from_db()
    assert authorized.state == "canceled"


def test_an_authorization_that_has_run_out_is_told_of(order, authorized, ledger, staff):
    ledger.change(authorized.gateway_reference, outcome=ChargeOutcome.CANCELED)
    with pytest.raises(NothingToCapture, match="The payment is canceled"):
        capture(order, by=staff)
    order.refresh_from_db()
    assert (order.attention, ledger.taken) == ("authorization_lost", {})
    with pytest.raises(NothingToCapture):
        capture(order, by=staff)


def test_money_in_doubt_is_not_captured(order, authorized, ledger, staff):
    Order.objects.update(attention="payment_held")
    with pytest.raises(OrderNeedsAttention):
        capture(order, by=staff)
    assert ledger.taken == {}


def test_a_silent_gateway_leaves_it_authorized(order, authorized, ledger, staff):
    ledger.silent_before = True
    with pytest.raises(GatewayUnavailable):
        capture(order, by=staff)
    authorized.refresh_from_db()
    assert authorized.state == "authorized"


def test_an_order_of_another_store_is_not_there(order, authorized, ledger, staff):
    with pytest.raises(OrderNotFound):
        capture(order, by=staff, store=StoreFactory())
    assert ledger.taken == {}
