"""Nobody pays twice, and what has to go back goes back once, whoever comes at the same moment."""

from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from apps.events import services as events
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.models import Reservation, StockItem
from apps.orders.models import Invoice
from apps.payments.models import Payment, ProviderEvent, Refund
from tests.concurrency.till import Sale, soon
from tests.shop import Answer, at_once, tally

pytestmark = pytest.mark.race


def sweep() -> Answer:
    """This function will be the sweep of another process."""
    try:
        inventory.sweep_expired_reservations(now=timezone.now())
        return Answer(200, {}, None)
    finally:
        connection.close()


def acting(shop) -> Sale:
    """This function will return a sale whose buyer has just succeeded at 3-D Secure."""
    sale = Sale.of(shop)
    assert sale.pay("requires_action").body["state"] == "requires_action"
    sale.acted()
    return sale


def facts(sale: Sale, name: str) -> int:
    aggregates = [sale.order.public_id, *sale.order.invoices.values_list("public_id", flat=True)]
    aggregates += Payment.objects.filter(order=sale.order).values_list("public_id", flat=True)
    return OutboxEvent.objects.filter(name=name, aggregate_id__in=aggregates).count()


def is_sold_or_refunded(sale: Sale) -> bool:
    """Everything that is to follow has followed: goods for money, or neither."""
    events.deliver_pending()
    on_shelf = StockItem.objects.get(variant__in=sale.order.lines.values("variant"))
    ended = (sale.state, str(sale.taken - sale.given_back), on_shelf.on_hand, on_shelf.reserved)
    return ended in [("paid", "14.90 EUR", 9, 0), ("canceled", "0.00 EUR", 10, 0)]


@pytest.mark.parametrize("event_ids", [["evt"] * 10, [f"evt_{n}" for n in range(10)]])
def test_ten_webhooks_at_once_and_again_later_pay_once(shop, trials, promises_kept, event_ids):
    for trial in trials:
        sale = acting(shop)
        told = [sale.webhook(event_id=f"{trial}{one}") for one in event_ids]
        assert tally(at_once(told)) == {200: 10}
        assert tally([tell() for tell in told]) == {200: 10}
        assert sale.state == "paid"
        assert {name: facts(sale, name) for name in ("payment.captured", "order.paid")} == {
            "payment.captured": 1,
            "order.paid": 1,
        }
        assert Invoice.objects.filter(order=sale.order).count() == 1
        kept = ProviderEvent.objects.filter(payment=sale.payment, state="applied")
        assert kept.count() == len(set(event_ids))
        assert is_sold_or_refunded(sale)
        assert str(sale.taken) == "14.90 EUR"
        promises_kept()


def test_a_cancelation_against_a_payment_ends_paid_or_refunded(shop, trials, promises_kept):
    for _ in trials:
        sale = Sale.of(shop)
        paid, canceled = at_once([sale.pay, soon(sale.cancel, seconds=0.05)])
        assert paid.status == 201 or paid.code == "order_not_payable"
        assert canceled.status == 200
        assert is_sold_or_refunded(sale)
        assert sale.state == "canceled"
        promises_kept()


def test_a_cancelation_against_a_webhook_ends_paid_or_refunded(shop, trials, promises_kept):
    for _ in trials:
        sale = acting(shop)
        told = [soon(sale.webhook(), seconds=0.02) for _ in range(2)]
        answers = at_once([soon(sale.cancel, seconds=0.02), *told])
        assert tally(answers) == {200: 3}
        assert is_sold_or_refunded(sale)
        assert Refund.objects.filter(payment=sale.payment).count() <= 1
        promises_kept()


@pytest.mark.parametrize("by", ["answer", "webhook"])
def test_the_sweep_against_a_payment_ends_paid_with_stock_or_refunded_once(
    shop, trials, promises_kept, by
):
    for _ in trials:
        sale = acting(shop) if by == "webhook" else Sale.of(shop)
        pay = sale.webhook() if by == "webhook" else sale.pay
        Reservation.objects.update(expires_at=timezone.now())
        answers = at_once([soon(sweep, seconds=0.05), pay, soon(sweep, seconds=0.05)])
        assert {answer.status for answer in answers} <= {200, 201, 409}
        assert is_sold_or_refunded(sale)
        assert Refund.objects.filter(payment__order=sale.order).count() <= 1
        promises_kept()


def test_eight_full_refunds_at_once_give_back_once(shop, trials, promises_kept):
    for _ in trials:
        sale = Sale.of(shop)
        assert sale.pay().body["state"] == "captured"
        answers = at_once(sale.refunds(count=8))
        assert tally(answers) == {201: 1, (409, "refund_too_large"): 7}
        assert str(sale.given_back) == str(sale.payment.refunded) == "14.90 EUR"
        assert sale.state == "refunded"
        promises_kept()


def test_eight_refunds_of_thirty_per_cent_give_back_three(shop, trials, promises_kept):
    for _ in trials:
        sale = Sale.of(shop)
        sale.pay()
        answers = at_once(sale.refunds("4.47", count=8))
        assert tally(answers) == {201: 3, (409, "refund_too_large"): 5}
        refused = next(answer for answer in answers if answer.status == 409)
        assert refused.body["remaining"] == {"amount": "1.49", "currency": "EUR"}
        assert str(sale.given_back) == str(sale.payment.refunded) == "13.41 EUR"
        notes = Invoice.objects.filter(order=sale.order, kind="credit_note")
        assert [str(note.total) for note in notes] == ["4.47 EUR"] * 3
        assert sale.state == "paid"
        promises_kept()


def test_two_keys_at_once_charge_once(shop, trials, promises_kept):
    for _ in trials:
        sale = Sale.of(shop)
        answers = at_once([sale.pay] * 2)
        assert sorted(answer.status for answer in answers) == [201, 409]
        assert {answer.code for answer in answers} <= {
            "",
            "payment_in_progress",
            "order_not_payable",
        }
        assert sale.charges.count() == 1
        assert str(sale.taken) == "14.90 EUR"
        assert is_sold_or_refunded(sale)
        promises_kept()


def test_one_key_twenty_times_at_once_charges_once(shop, trials, promises_kept):
    for _ in trials:
        sale, key = Sale.of(shop), str(uuid4())
        answers = at_once([partial(sale.pay, key=key)] * 20)
        assert set(tally(answers)) <= {201, (409, "request_in_progress")}
        assert len({answer.body["id"] for answer in answers if answer.status == 201}) == 1
        assert sale.pay(key=key).headers["idempotent-replayed"] == "true"
        assert sale.charges.count() == 1
        assert Payment.objects.filter(order=sale.order).count() == 1
        assert is_sold_or_refunded(sale)
        promises_kept()
