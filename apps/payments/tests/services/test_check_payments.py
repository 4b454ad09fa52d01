"""A silent gateway, a lost webhook, a dead process: the payment comes to its end all the same."""

from datetime import timedelta
from functools import partial
from importlib import import_module
from types import SimpleNamespace

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import timezone

from apps.events import services as events
from apps.inventory import services as inventory
from apps.inventory.models import Reservation, StockItem
from apps.orders.models import Invoice, Order
from apps.payments import services, tasks
from apps.payments.errors import GatewayUnavailable
from apps.payments.gateways import ChargeOutcome
from apps.payments.models import Payment, Refund
from apps.payments.tests.factories import cancel_order, pay_order, place_order
from tests.threads import at_once


def check(*, in_minutes: float = 0) -> int:
    return services.check_payments(now=timezone.now() + timedelta(minutes=in_minutes))


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


def shelf() -> list[tuple[int, int]]:
    return sorted(StockItem.objects.values_list("on_hand", "reserved"))


@pytest.fixture
def silent(order, ledger) -> Payment:
    """A payment that the gateway has never heard of."""
    ledger.silent_before = True
    with pytest.raises(GatewayUnavailable):
        pay_order(order)
    return Payment.objects.get()


# --- patience -------------------------------------------------------------------------------------


def test_asks_less_often_after_each_silence(order, silent, ledger):
    pauses = []
    for silences in range(1, 6):
        silent.refresh_from_db()
        assert silent.attempts == silences
        pauses.append((silent.check_at - timezone.now()).total_seconds())
        Payment.objects.update(check_at=timezone.now())
        assert check() == 0
    for pause, longest in zip(pauses, [10, 20, 40, 80, 160], strict=True):
        assert longest / 2 - 2 < pause <= longest
    assert state_of(order) == "pending"


def test_an_answer_ends_the_counting_of_silences(order, ledger):
    payment = pay_order(order, "slow")
    ledger.silent_before = True
    check(in_minutes=6)
    payment.refresh_from_db()
    assert payment.attempts == 1
    ledger.silent_before = False
    assert check(in_minutes=12) == 1
    payment.refresh_from_db()
    assert (payment.state, payment.attempts, payment.check_at) == ("captured", 0, None)


def test_after_six_silences_the_order_is_canceled_and_its_stock_is_free(
    order, silent, ledger, promises_kept
):
    Payment.objects.update(attempts=5, check_at=timezone.now())
    assert check() == 0
    assert state_of(order) == "pending"
    Payment.objects.update(check_at=timezone.now())
    assert check() == 0
    order.refresh_from_db()
    assert order.state == "canceled"
    assert order.transitions.last().reason == "payment could not be made"
    assert shelf() == [(10, 0)] * 3

    ledger.silent_before = False
    assert check(in_minutes=60) == 1
    silent.refresh_from_db()
    assert (silent.state, ledger.taken) == ("canceled", {})
    events.deliver_pending()
    promises_kept()


def test_money_that_comes_after_all_that_silence_goes_back_once(order, lost, ledger, promises_kept):
    ledger.silent_before = True
    Payment.objects.update(attempts=6, check_at=timezone.now())
    assert check() == 0
    assert state_of(order) == "canceled"
    events.deliver_pending()
    ledger.silent_before = False
    assert check(in_minutes=120) == 1
    for _ in range(3):
        events.deliver_pending()
    lost.refresh_from_db()
    assert (lost.state, str(lost.refunded)) == ("captured", "34.90 EUR")
    assert [str(money) for money in ledger.given_back.values()] == ["34.90 EUR"]
    assert Refund.objects.get().state == "succeeded"
    assert state_of(order) == "canceled"
    promises_kept()


def test_what_was_paid_a_moment_ago_is_not_canceled_for_the_silences_before(
    order, lost, ledger, tell, monkeypatch
):
    """The webhook comes between the look at the payment and the cancelation of its order."""
    checking = import_module("apps.payments.services.check_payment")
    give_up = checking._give_up_order

    def tell_first(*args, **options):
        tell(charge=f"taken_{lost.gateway_idempotency_key}")
        return give_up(*args, **options)

    monkeypatch.setattr(checking, "_give_up_order", tell_first)
    Payment.objects.update(attempts=6, check_at=timezone.now())
    assert check() == 1
    assert state_of(order) == "paid"
    assert ledger.given_back == {}


def test_a_payment_that_was_never_answered_is_left_to_staff_before_its_key_is_forgotten(
    order, silent, ledger
):
    ledger.silent_before = False
    hours = timedelta(hours=23, seconds=1)
    Payment.objects.update(created_at=timezone.now() - hours, check_at=timezone.now())
    check()
    silent.refresh_from_db()
    order.refresh_from_db()
    assert silent.held_reason == "outcome: the gateway was silent for a day"
    assert (silent.state, silent.check_at) == ("created", None)
    assert (order.state, order.attention) == ("pending", "payment_held")
    assert ledger.taken == {}


def test_a_payment_of_a_charge_that_is_known_is_asked_about_however_old_it_is(order, ledger):
    payment = pay_order(order, "slow")
    Payment.objects.update(created_at=timezone.now() - timedelta(days=9), check_at=timezone.now())
    assert check() == 1
    payment.refresh_from_db()
    assert payment.state == "captured"


def test_the_webhook_of_a_payment_that_was_left_to_staff_pays_the_order(
    order, lost, tell, promises_kept
):
    Payment.objects.update(created_at=timezone.now() - timedelta(hours=24), check_at=timezone.now())
    check()
    lost.refresh_from_db()
    assert lost.held_reason
    tell(charge=f"taken_{lost.gateway_idempotency_key}")
    lost.refresh_from_db()
    assert (lost.state, lost.held_reason, state_of(order)) == ("captured", "", "paid")


# --- an order that went on without its payment ----------------------------------------------------


def test_a_canceled_order_is_never_charged_by_a_check(order, silent, ledger, promises_kept):
    cancel_order(order)
    ledger.silent_before = False
    assert check(in_minutes=1) == 1
    silent.refresh_from_db()
    assert (silent.state, ledger.taken, ledger.given_back) == ("canceled", {}, {})
    events.deliver_pending()
    promises_kept()


def test_an_order_that_is_canceled_while_a_check_works_is_not_charged_by_it(
    shopper, ledger, monkeypatch, promises_kept
):
    ledger.silent_before = True
    first, second = (place_order(customer=shopper) for _ in range(2))
    for order in (first, second):
        with pytest.raises(GatewayUnavailable):
            pay_order(order)
    Payment.objects.update(check_at=timezone.now())
    ledger.silent_before = False
    ledger.meanwhile = lambda: cancel_order(second)  # while the gateway is asked about the first
    assert check(in_minutes=1) == 2
    assert list(Payment.objects.order_by("pk").values_list("state", flat=True)) == [
        "captured",
        "canceled",
    ]
    assert len(ledger.taken) == 1
    events.deliver_pending()
    promises_kept()


def test_a_charge_of_a_canceled_order_that_was_taken_goes_back(order, lost, ledger, promises_kept):
    cancel_order(order)
    assert check(in_minutes=1) == 1
    events.deliver_pending()
    assert [str(money) for money in ledger.given_back.values()] == ["34.90 EUR"]
    promises_kept()


def test_the_end_of_an_order_withdraws_the_charge_that_waits_for_its_payer(
    order, ledger, promises_kept
):
    payment = pay_order(order, "action")
    Reservation.objects.update(expires_at=timezone.now())
    inventory.sweep_expired_reservations(now=timezone.now())
    events.deliver_pending()
    payment.refresh_from_db()
    assert state_of(order) == "canceled"
    assert (payment.state, payment.client_secret) == ("canceled", "")
    assert ledger.charges[payment.gateway_idempotency_key].outcome == "canceled"
    assert (ledger.taken, ledger.given_back) == ({}, {})
    promises_kept()


def test_a_payer_who_is_faster_than_the_withdrawal_is_refunded_once(
    order, ledger, tell, promises_kept
):
    payment = pay_order(order, "action")
    ledger.change(payment.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    cancel_order(order)
    events.deliver_pending()
    tell(charge=payment.gateway_reference)
    events.deliver_pending()
    payment.refresh_from_db()
    assert (payment.state, str(payment.refunded)) == ("captured", "34.90 EUR")
    assert [str(money) for money in ledger.given_back.values()] == ["34.90 EUR"]
    assert not Invoice.objects.exists()
    promises_kept()


def test_a_withdrawal_that_finds_the_gateway_silent_is_made_by_the_next_check(
    order, ledger, promises_kept
):
    payment = pay_order(order, "action")
    ledger.silent_before = True
    cancel_order(order)
    events.deliver_pending()
    payment.refresh_from_db()
    assert (payment.state, payment.attempts) == ("requires_action", 1)
    ledger.silent_before = False
    assert check(in_minutes=1) == 1
    payment.refresh_from_db()
    assert payment.state == "canceled"
    events.deliver_pending()
    promises_kept()


def test_a_charge_that_cannot_be_withdrawn_any_more_is_asked_about_until_its_end(
    order, ledger, promises_kept
):
    payment = pay_order(order, "slow")
    cancel_order(order)
    events.deliver_pending()
    payment.refresh_from_db()
    assert (payment.state, ledger.taken) == ("processing", {})
    ledger.change(payment.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    assert check(in_minutes=6) == 1
    events.deliver_pending()
    assert [str(money) for money in ledger.given_back.values()] == ["34.90 EUR"]
    promises_kept()


def test_withdrawing_what_has_ended_asks_nobody(order, ledger):
    payment = pay_order(order)
    ledger.silent_before = True
    assert services.withdraw_payment(payment=payment, by=None).state == "captured"


# --- many at once ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_ask_once(order, ledger, monkeypatch):
    payment = pay_order(order, "slow")
    asked = []
    find_charge = ledger.find_charge

    def counting(gateway, reference):
        asked.append(reference)
        return find_charge(gateway, reference)

    monkeypatch.setattr(ledger, "find_charge", counting)
    settled = at_once(*[partial(check, in_minutes=6)] * 4)
    assert sum(settled) == 1
    assert asked == [payment.gateway_reference]
    assert state_of(order) == "paid"


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_is_left_to_them(order, silent, ledger):
    ledger.silent_before = False
    with transaction.atomic():
        Payment.objects.filter(pk=silent.pk).locked()
        assert at_once(partial(check, in_minutes=1)) == [0]
    assert ledger.taken == {}
    assert check(in_minutes=1) == 1


@pytest.fixture
def three_silent(shopper, ledger) -> list[Payment]:
    """Payments that the gateway has never heard of, what waits longest last."""
    ledger.silent_before = True
    for _ in range(3):
        with pytest.raises(GatewayUnavailable):
            pay_order(place_order(customer=shopper))
    ledger.silent_before = False
    for place, payment in enumerate(Payment.objects.order_by("pk")):
        Payment.objects.filter(pk=payment.pk).update(
            check_at=timezone.now() - timedelta(seconds=place)
        )
    return list(Payment.objects.order_by("pk"))


def test_when_the_time_is_up_what_was_not_asked_about_is_due_at_once(
    three_silent, ledger, monkeypatch
):
    """The first answer takes longer than there is time for."""
    clock = [0]
    claiming = import_module("apps.payments.services.claim_due_calls")
    monkeypatch.setattr(claiming, "time", SimpleNamespace(monotonic=lambda: clock[-1]))
    ledger.meanwhile = lambda: clock.append(11)
    assert services.check_payments(now=timezone.now(), seconds=10) == 1
    assert list(Payment.objects.order_by("pk").values_list("state", flat=True)) == [
        "created",
        "created",
        "captured",
    ]
    assert check() == 2


def test_asks_in_small_batches_about_everything_and_about_each_once(
    three_silent, ledger, monkeypatch
):
    monkeypatch.setattr(import_module("apps.payments.services.claim_due_calls"), "_BATCH", 2)
    assert check() == 3
    ledger.silent_before = True
    Payment.objects.update(state="created", captured_at=None, gateway_reference="")
    Payment.objects.update(check_at=timezone.now(), attempts=1)
    assert check(in_minutes=60) == 0
    assert set(Payment.objects.values_list("attempts", flat=True)) == {2}


def test_a_task_whose_time_is_up_ends(three_silent, monkeypatch):
    asked = []

    def never_ends(*, payment, now):
        asked.append(payment)
        raise SoftTimeLimitExceeded

    checking = import_module("apps.payments.services.check_payments")
    monkeypatch.setattr(checking, "check_payment", never_ends)
    with pytest.raises(SoftTimeLimitExceeded):
        check()
    assert len(asked) == 1


def test_claiming_reads_and_plans_many_at_once(three_silent, django_assert_max_num_queries):
    claiming = import_module("apps.payments.services.claim_due_calls")
    with django_assert_max_num_queries(5):  # a savepoint, two reads, one update, its release
        assert len(claiming._claimed(Payment.objects.all(), now=timezone.now())) == 3


def test_beat_calls_each_of_them(order, lost):
    Payment.objects.update(check_at=timezone.now())
    assert tasks.check_payments() == 1
    assert tasks.check_refunds() == 0
    assert tasks.apply_parked_events() == 0
    assert tasks.check_payments() == 0
