"""What becomes of a refund, whoever tells of it: our own call, a look-up or a webhook."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.core.money import Money
from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent
from apps.orders.models import Invoice
from apps.payments import services
from apps.payments.errors import GatewayUnavailable
from apps.payments.gateways import RefundOutcome
from apps.payments.models import Payment, ProviderEvent, Refund
from apps.payments.tests.factories import cancel_order, pay_order


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.fixture
def payment(order, ledger) -> Payment:
    return pay_order(order)


@pytest.fixture
def give_back(payment, staff):
    def send(amount: str = "", *, key: str = "r") -> Refund:
        return services.refund_payment(
            store=payment.store,
            payment_id=payment.public_id,
            amount=euros(amount) if amount else None,
            reason="scratched",
            idempotency_key=key,
            by=staff,
        )

    return send


def notes() -> list[tuple[str, str]]:
    """Amount and tax of each credit note."""
    rows = Invoice.objects.filter(kind="credit_note").order_by("pk")
    return [(str(note.total), f"{note.tax_amount:.2f}") for note in rows]


def stands(payment: Payment) -> tuple[str, str, str]:
    """What was given back, and how the order stands."""
    payment = Payment.objects.select_related("order").get(pk=payment.pk)
    return str(payment.refunded), payment.order.state, payment.order.attention


def deliver_again() -> None:
    """The pauses between two tries are over."""
    Delivery.objects.filter(state="pending").update(next_attempt_at=timezone.now())
    events.deliver_pending()


# --- a bank takes its time ------------------------------------------------------------------------


@pytest.fixture
def pending(payment, give_back, ledger) -> Refund:
    ledger.refunds_later = True
    refund = give_back("10.00")
    assert (refund.state, refund.gateway_reference) == (
        "requested",
        f"back_{refund.gateway_idempotency_key}",
    )
    assert notes() == []
    return refund


def test_a_refund_that_takes_days_succeeds_by_webhook(payment, pending, ledger, tell):
    ledger.change_refund(pending.gateway_reference, outcome=RefundOutcome.SUCCEEDED)
    for _ in range(2):
        assert tell(refund=pending.gateway_reference).status_code == 200
    pending.refresh_from_db()
    assert (pending.state, pending.check_at) == ("succeeded", None)
    assert stands(payment) == ("10.00 EUR", "paid", "")
    assert notes() == [("10.00 EUR", "1.60")]
    assert OutboxEvent.objects.filter(name="refund.succeeded").count() == 1


def test_a_refund_that_takes_days_succeeds_when_it_is_asked_about(payment, pending, ledger):
    now = timezone.now()
    assert services.check_refunds(now=now + timedelta(minutes=59)) == 0
    ledger.change_refund(pending.gateway_reference, outcome=RefundOutcome.SUCCEEDED)
    assert services.check_refunds(now=now + timedelta(minutes=61)) == 1
    assert services.check_refunds(now=now + timedelta(days=1)) == 0
    pending.refresh_from_db()
    assert pending.state == "succeeded"
    assert notes() == [("10.00 EUR", "1.60")]
    assert len(ledger.given_back) == 1


def test_a_refund_that_is_still_pending_is_asked_about_an_hour_later(pending, ledger, tell):
    version = pending.version
    tell(refund=pending.gateway_reference)
    pending.refresh_from_db()
    assert (pending.state, pending.version) == ("requested", version)
    assert services.check_refunds(now=timezone.now() + timedelta(hours=2)) == 0
    pending.refresh_from_db()
    assert pending.state == "requested"
    assert pending.check_at > timezone.now()


def test_a_refund_that_is_refused_in_the_end_can_be_made_again(
    payment, pending, ledger, tell, give_back
):
    ledger.change_refund(
        pending.gateway_reference, outcome=RefundOutcome.FAILED, failure_code="account_closed"
    )
    tell(refund=pending.gateway_reference)
    pending.refresh_from_db()
    assert (pending.state, pending.failure_code) == ("failed", "account_closed")
    assert stands(payment) == ("0.00 EUR", "paid", "")
    assert notes() == []
    ledger.refunds_later = False
    assert give_back(key="again").state == "succeeded"
    assert stands(payment) == ("34.90 EUR", "refunded", "")


@pytest.mark.parametrize("later", [RefundOutcome.SUCCEEDED, RefundOutcome.PENDING])
def test_a_refund_that_failed_stays_so(payment, pending, ledger, tell, later):
    ledger.change_refund(pending.gateway_reference, outcome=RefundOutcome.FAILED)
    tell(refund=pending.gateway_reference)
    ledger.change_refund(pending.gateway_reference, outcome=later)
    tell(refund=pending.gateway_reference)
    pending.refresh_from_db()
    assert pending.state == "failed"
    assert stands(payment) == ("0.00 EUR", "paid", "")


def test_a_refund_that_came_back_is_shown_to_staff(payment, give_back, ledger, tell):
    refund = give_back("10.00")
    ledger.change_refund(refund.gateway_reference, outcome=RefundOutcome.FAILED)
    for _ in range(2):
        tell(refund=refund.gateway_reference)
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert stands(payment) == ("10.00 EUR", "paid", "refund_came_back")
    assert OutboxEvent.objects.filter(name="order.flagged").count() == 1


def test_the_webhook_of_a_refund_may_come_before_its_answer(payment, give_back, ledger, tell):
    def tell_first() -> None:
        assert tell(refund=next(iter(ledger.refunds))).status_code == 200

    ledger.meanwhile = tell_first
    assert give_back("10.00").state == "succeeded"
    assert stands(payment) == ("10.00 EUR", "paid", "")
    assert Refund.objects.count() == 1
    assert notes() == [("10.00 EUR", "1.60")]


# --- documents ------------------------------------------------------------------------------------


def test_each_refund_has_its_credit_note_and_they_add_up_to_the_invoice(
    payment, give_back, promises_kept
):
    invoice = Invoice.objects.get()
    assert (str(invoice.total), f"{invoice.tax_amount:.2f}") == ("34.90 EUR", "5.57")
    for key in ("a", "b", "c"):
        give_back("10.00", key=key)
        give_back("10.00", key=key)
    give_back(key="rest")
    assert notes() == [
        ("10.00 EUR", "1.60"),
        ("10.00 EUR", "1.59"),
        ("10.00 EUR", "1.60"),
        ("4.90 EUR", "0.78"),
    ]
    assert stands(payment) == ("34.90 EUR", "refunded", "")
    promises_kept()


def test_a_refund_that_failed_has_no_credit_note(payment, give_back, ledger):
    ledger.refuses_refunds = True
    give_back("10.00")
    assert notes() == []


def test_what_goes_back_for_a_canceled_order_has_its_credit_note(
    order, payment, ledger, promises_kept
):
    cancel_order(order)
    events.deliver_pending()
    assert stands(payment) == ("34.90 EUR", "canceled", "")
    assert notes() == [("34.90 EUR", "5.57")]
    promises_kept()


# --- what goes back by itself ---------------------------------------------------------------------


def test_a_refused_automatic_refund_is_tried_anew_and_given_once(
    order, payment, ledger, promises_kept
):
    ledger.refuses_refunds = True
    cancel_order(order)
    events.deliver_pending()
    deliver_again()
    keys = list(Refund.objects.order_by("pk").values_list("idempotency_key", flat=True))
    assert keys == ["system:automatic:0", "system:automatic:1"]
    assert set(Refund.objects.values_list("state", flat=True)) == {"failed"}
    waiting = Delivery.objects.get(subscriber="payments.return_payments_of_canceled_order")
    assert waiting.state == "pending"
    assert "account_closed" in waiting.last_error
    assert stands(payment) == ("0.00 EUR", "canceled", "refund_failed")

    ledger.refuses_refunds = False
    deliver_again()
    deliver_again()
    assert [str(money) for money in ledger.given_back.values()] == ["34.90 EUR"]
    assert stands(payment) == ("34.90 EUR", "canceled", "refund_failed")
    waiting.refresh_from_db()
    assert waiting.state == "done"
    promises_kept()


def test_an_automatic_refund_that_the_bank_refuses_days_later_is_shown_to_staff(
    order, payment, ledger, tell
):
    ledger.refunds_later = True
    cancel_order(order)
    events.deliver_pending()
    refund = Refund.objects.get()
    assert stands(payment) == ("34.90 EUR", "canceled", "")
    ledger.change_refund(
        refund.gateway_reference, outcome=RefundOutcome.FAILED, failure_code="account_closed"
    )
    tell(refund=refund.gateway_reference)
    assert stands(payment) == ("0.00 EUR", "canceled", "refund_failed")


def test_what_is_on_its_way_back_is_not_sent_again(order, payment, ledger):
    ledger.refunds_later = True
    cancel_order(order)
    events.deliver_pending()
    for _ in range(3):
        services.return_payment(payment_id=payment.public_id, reason="again")
    assert Refund.objects.count() == 1
    assert len(ledger.given_back) == 1


def test_what_staff_gave_back_in_part_is_left_out_of_the_rest(order, payment, give_back, ledger):
    give_back("10.00")
    cancel_order(order)
    events.deliver_pending()
    assert [str(money) for money in ledger.given_back.values()] == ["10.00 EUR", "24.90 EUR"]
    assert stands(payment) == ("34.90 EUR", "canceled", "")


# --- by hand, in the gateway's dashboard ----------------------------------------------------------


def test_a_refund_made_by_hand_is_written_down(payment, ledger, tell, promises_kept):
    made = ledger.refund_by_hand(payment.gateway_reference, euros("10.00"))
    for _ in range(2):
        tell(refund=made.reference)
    refund = Refund.objects.get()
    assert (refund.state, refund.reason) == ("succeeded", "refunded at the gateway")
    assert stands(payment) == ("10.00 EUR", "paid", "")
    assert notes() == [("10.00 EUR", "1.60")]
    facts = OutboxEvent.objects.filter(name__startswith="refund.").order_by("pk")
    assert [(fact.name, fact.actor) for fact in facts] == [
        ("refund.requested", "system"),
        ("refund.succeeded", "system"),
    ]
    promises_kept()


def test_all_of_it_given_back_by_hand_makes_the_order_refunded(payment, ledger, tell):
    made = ledger.refund_by_hand(payment.gateway_reference, euros("34.90"))
    tell(refund=made.reference)
    assert stands(payment) == ("34.90 EUR", "refunded", "")


def test_a_refund_by_hand_that_takes_days_is_followed(payment, ledger, tell):
    made = ledger.refund_by_hand(
        payment.gateway_reference, euros("10.00"), outcome=RefundOutcome.PENDING
    )
    tell(refund=made.reference)
    refund = Refund.objects.get()
    assert (refund.state, refund.gateway_reference) == ("requested", made.reference)
    ledger.change_refund(made.reference, outcome=RefundOutcome.SUCCEEDED)
    assert services.check_refunds(now=timezone.now() + timedelta(hours=2)) == 1
    assert stands(payment) == ("10.00 EUR", "paid", "")
    assert Refund.objects.count() == 1


def test_a_refund_by_hand_that_failed_takes_nothing(payment, ledger, tell):
    made = ledger.refund_by_hand(
        payment.gateway_reference, euros("10.00"), outcome=RefundOutcome.FAILED
    )
    tell(refund=made.reference)
    assert Refund.objects.get().state == "failed"
    assert stands(payment) == ("0.00 EUR", "paid", "")


@pytest.mark.parametrize(
    "amount", [euros("34.91"), euros("0.00"), euros("-1.00"), Money(Decimal("1.00"), "USD")]
)
def test_a_refund_by_hand_that_our_books_cannot_hold_is_shown_to_staff(
    payment, ledger, tell, amount
):
    made = ledger.refund_by_hand(payment.gateway_reference, amount)
    assert tell(refund=made.reference).status_code == 200
    assert not Refund.objects.exists()
    assert stands(payment) == ("0.00 EUR", "paid", "refunded_at_gateway")
    assert ProviderEvent.objects.get().state == "applied"


def test_a_refund_by_hand_of_what_we_have_not_heard_of_yet_waits_for_it(order, ledger, tell):
    acting = pay_order(order, "action")
    made = ledger.refund_by_hand(acting.gateway_reference, euros("10.00"))
    tell(refund=made.reference, id="evt_refund")
    assert ProviderEvent.objects.get().state == "parked"
    assert not Refund.objects.exists()

    tell(charge=acting.gateway_reference, outcome="captured")
    assert services.apply_parked_events(now=timezone.now() + timedelta(minutes=1)) == 1
    assert stands(acting) == ("10.00 EUR", "paid", "")
    assert notes() == [("10.00 EUR", "1.60")]


def test_money_that_never_came_cannot_have_gone_back(order, ledger, tell):
    failed = pay_order(order, "bad")
    made = ledger.refund_by_hand(failed.gateway_reference, euros("10.00"))
    assert tell(refund=made.reference).status_code == 200
    assert not Refund.objects.exists()
    assert stands(failed) == ("0.00 EUR", "pending", "")


# --- silence --------------------------------------------------------------------------------------


def test_a_silent_gateway_is_asked_again_with_the_same_key_and_less_often_each_time(
    payment, give_back, ledger
):
    ledger.silent_after = True
    with pytest.raises(GatewayUnavailable):
        give_back("10.00")
    refund = Refund.objects.get()
    assert refund.attempts == 1
    pauses = [refund.check_at - timezone.now()]
    for _ in range(4):
        now = timezone.now()
        Refund.objects.update(check_at=now)
        assert services.check_refunds(now=now) == 0
        refund.refresh_from_db()
        pauses.append(refund.check_at - timezone.now())
    assert refund.attempts == 5
    for pause, longest in zip(pauses, [10, 20, 40, 80, 160], strict=True):
        assert timedelta(seconds=longest / 2 - 2) < pause <= timedelta(seconds=longest)

    ledger.silent_after = False
    assert services.check_refunds(now=timezone.now() + timedelta(minutes=3)) == 1
    assert [str(money) for money in ledger.given_back.values()] == ["10.00 EUR"]
    assert notes() == [("10.00 EUR", "1.60")]


def test_one_refund_that_cannot_be_settled_keeps_no_other_waiting(payment, give_back, ledger):
    ledger.silent_before = True
    for key in ("a", "b"):
        with pytest.raises(GatewayUnavailable):
            give_back("10.00", key=key)
    ledger.silent_before = False
    first = Refund.objects.order_by("pk")[0]
    Refund.objects.filter(pk=first.pk).update(gateway_reference="lost")
    assert services.check_refunds(now=timezone.now() + timedelta(hours=1)) == 1
    first.refresh_from_db()
    assert (first.state, first.attempts) == ("requested", 2)
    assert first.check_at > timezone.now()
