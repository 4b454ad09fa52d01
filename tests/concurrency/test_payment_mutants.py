"""Each attack on payments succeeds once its guard is gone; see `test_mutants`."""

from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.backoffice import services as backoffice
from apps.inventory.models import Reservation
from apps.payments.models import ProviderEvent
from tests.concurrency.test_mutants import happens
from tests.concurrency.test_payments import acting, facts, is_sold_or_refunded, sweep
from tests.concurrency.till import Sale, soon
from tests.shop import at_once

pytestmark = [pytest.mark.race, pytest.mark.thorough]


RACED = {"order_leaves_a_state_once": "orders_ordertransition"}


def broken_promises() -> set[str]:
    return {one.invariant.id for one in backoffice.check_invariants() if not one.is_kept}


def test_without_locks_webhooks_sell_an_order_more_than_once(mutant):
    constraints = {
        "one_invoice_for_each_order": "orders_invoice",
        "movement_once_for_each_reference": "inventory_stockmovement",
    }
    with mutant("without_row_locks", without=RACED | constraints) as shop:

        def attack() -> bool:
            sale = acting(shop)
            at_once([sale.webhook() for _ in range(10)])
            return facts(sale, "order.paid") > 1

        assert happens(attack)


def test_without_its_uniqueness_an_event_that_comes_again_takes_effect_again(mutant):
    with mutant(
        "without_news",
        without={"provider_event_takes_effect_once": "payments_providerevent"},
    ) as shop:
        sale = acting(shop)
        tell = sale.webhook()
        assert [tell().status, tell().status] == [200, 200]
        assert ProviderEvent.objects.filter(payment=sale.payment).count() == 2
        assert facts(sale, "payment.captured") == 2
        assert not is_sold_or_refunded(sale)


def test_without_a_look_at_what_is_news_a_paid_order_is_refunded(mutant):
    with mutant("without_news") as shop:
        sale = acting(shop)
        same, other = sale.webhook(), sale.webhook()
        for _ in range(3):
            assert same().status == 200
        assert facts(sale, "payment.captured") == 1
        assert other().status == 200
        assert facts(sale, "payment.captured") == 2
        assert not is_sold_or_refunded(sale)
        assert (str(sale.taken), str(sale.given_back)) == ("14.90 EUR", "14.90 EUR")


@pytest.mark.parametrize("amount", ["", "4.47"])
def test_without_locks_more_is_refunded_than_was_captured(mutant, amount):
    with mutant(
        "without_refund_limit",
        without={
            "payment_refunds_within_amount": "payments_payment",
            "simulated_refunds_within_capture": "payments_simulatedcharge",
        },
    ) as shop:

        def attack() -> bool:
            sale = Sale.of(shop)
            sale.pay()
            at_once(sale.refunds(amount, count=8))
            return sale.given_back > sale.taken

        assert happens(attack)
        assert "I4" in broken_promises()


def test_without_locks_two_keys_charge_twice(mutant):
    with mutant(
        "without_row_locks", without={"payment_one_live_for_each_order": "payments_payment"}
    ) as shop:

        def attack() -> bool:
            sale = Sale.of(shop)
            at_once([sale.pay] * 2)
            return str(sale.taken) == "29.80 EUR"

        assert happens(attack)


def test_without_idempotency_one_key_charges_many_times(mutant):
    with mutant(
        "without_any_key",
        without={
            "payment_one_live_for_each_order": "payments_payment",
            "payment_once_for_each_key": "payments_payment",
        },
    ) as shop:

        def attack() -> bool:
            sale, key = Sale.of(shop), str(uuid4())
            at_once([partial(sale.pay, key=key)] * 20)
            return sale.charges.count() > 1

        assert happens(attack)


@pytest.mark.parametrize("by", ["answer", "webhook"])
def test_without_locks_an_order_is_canceled_and_paid(mutant, by):
    with mutant("without_row_locks", without=RACED) as shop:

        def attack() -> bool:
            sale = acting(shop) if by == "webhook" else Sale.of(shop)
            pay = sale.webhook() if by == "webhook" else sale.pay
            at_once([soon(pay, seconds=0.3), soon(sale.cancel, seconds=0.3)])
            return not is_sold_or_refunded(sale) or bool(broken_promises())

        assert happens(attack)


@pytest.mark.parametrize("by", ["answer", "webhook"])
def test_without_locks_the_sweep_takes_what_is_paid_for(mutant, by):
    with mutant("without_row_locks", without=RACED) as shop:

        def attack() -> bool:
            sale = acting(shop) if by == "webhook" else Sale.of(shop)
            pay = sale.webhook() if by == "webhook" else sale.pay
            Reservation.objects.update(expires_at=timezone.now())
            at_once([pay, soon(sweep, seconds=0.5)])
            return not is_sold_or_refunded(sale) or bool(broken_promises())

        assert happens(attack)
