"""What customers are told of their money, word for word."""
# ruff: noqa: RUF001 - the sign of multiplication is meant

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.core import mail as outbox
from django.db import transaction

from apps.accounts.tests.factories import UserFactory
from apps.core.money import Money
from apps.events import services as events
from apps.mail.models import SentMail
from apps.mail.tests.reading import shown
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.tests.factories import OrderFactory, OrderLineFactory
from apps.payments import services as payments
from apps.payments.models import Payment
from apps.payments.tests.factories import PaymentFactory, RefundFactory, pay_order, place_order

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = uuid4()


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def ada(store):
    store.name, store.email = "Mugs & Sons", "shop@shop.example"
    store.save()
    return UserFactory(store=store, email="ada@example.com")


def an_order(customer, **fields) -> Order:
    """A mug: 10.00, with 4.90 for shipping."""
    order = OrderFactory(customer=customer, number="AAAA-BBBB", line=None, **fields)
    OrderLineFactory(order=order, title="Mug <blue>", sku="MUG")
    return order


def subjects() -> list[str]:
    return [message.subject for message in outbox.outbox]


LINES = "1 × Mug <blue> (MUG): €10.00\n"
SUMS = "Goods: €10.00\nShipping: €4.90\nTotal: €14.90, €2.38 tax included\n"
BANK = "Your bank may take some days to show it."
WHY = "There was not enough money."
SIGNED = "-- \nMugs & Sons\nshop@shop.example\n"
SHOWN = [
    "1 × Mug <blue>",
    "MUG €10.00",
    "Goods €10.00",
    "Shipping €4.90",
    "Total €14.90",
    "Tax included €2.38",
    "Mugs & Sons · shop@shop.example",
]


# --- refunded ------------------------------------------------------------------------------------
def refunded(order: Order, **fields):
    fields = {"state": "succeeded", "succeeded_at": NOON, "amount": Decimal("4.90")} | fields
    return RefundFactory(payment=PaymentFactory(order=order), **fields)


def test_a_refund_says_how_much_comes_back(ada):
    refund = refunded(an_order(ada, state="paid"))
    payments.mail_refund(refund_id=refund.public_id, key=KEY)

    (message,) = outbox.outbox
    assert message.to == ["ada@example.com"]
    assert message.subject == "Your refund for order AAAA-BBBB"
    assert message.body == (
        "€4.90 of what you paid for order AAAA-BBBB goes back to you, the way it came. "
        f"{BANK}\n"
        f"\nThe order was:\n\n{LINES}\n{SUMS}\n{SIGNED}"
    )
    assert shown(message) == [
        "Your refund for order AAAA-BBBB",
        f"€4.90 of what you paid goes back to you, the way it came. {BANK}",
        "The order was",
        *SHOWN,
    ]
    assert message.attachments == []


def test_a_refund_comes_with_its_credit_note(ada):
    order = an_order(ada, state="paid")
    refund = refunded(order)
    with transaction.atomic():
        orders.issue_invoice(order=order, by=None, now=NOON)
        orders.issue_credit_note(
            order=order,
            refund_id=refund.public_id,
            amount=Money(Decimal("4.90"), "EUR"),
            reason="late",
            by=None,
            now=NOON,
        )
    payments.mail_refund(refund_id=refund.public_id, key=KEY)

    (message,) = outbox.outbox
    assert "\n\nYour credit note CN-2026-000001 is attached.\n\n" in message.body
    assert "Your credit note CN-2026-000001 is attached." in shown(message)
    ((name, content, kind),) = message.attachments
    assert (name, kind) == ("credit-note-CN-2026-000001.pdf", "application/pdf")
    assert content.startswith(b"%PDF-")


@pytest.mark.parametrize("state", ["requested", "failed"])
def test_money_that_does_not_come_is_not_promised(ada, state):
    refund = refunded(an_order(ada, state="paid"), state=state, succeeded_at=None)
    assert payments.mail_refund(refund_id=refund.public_id, key=KEY) is None
    assert outbox.outbox == []


# --- failed --------------------------------------------------------------------------------------
def failed(order: Order, code: str = "insufficient_funds") -> Payment:
    return PaymentFactory(order=order, state="failed", failure_code=code, captured_at=None)


def test_a_payment_that_failed_says_why_and_until_when_the_goods_wait(ada):
    payment = failed(an_order(ada))
    payments.mail_payment_failure(payment_id=payment.public_id, key=KEY)

    (message,) = outbox.outbox
    assert message.to == ["ada@example.com"]
    assert message.subject == "Your payment for order AAAA-BBBB failed"
    waits = (
        "We keep the goods for you until 20 November 2026, 12:15 UTC: "
        "until then you can pay in another way."
    )
    assert message.body == (
        "Your payment of €14.90 for order AAAA-BBBB could not be made, and you were not charged. "
        f"{WHY}\n\n{waits}\n\n{LINES}\n{SUMS}\n{SIGNED}"
    )
    assert shown(message) == [
        "Your payment for order AAAA-BBBB failed",
        f"Your payment of €14.90 could not be made, and you were not charged. {WHY}",
        waits,
        *SHOWN,
    ]


@pytest.mark.parametrize("code", ["stolen_card", "fraudulent", "generic_decline", ""])
def test_what_a_thief_should_not_hear_is_not_said(ada, code):
    payments.mail_payment_failure(payment_id=failed(an_order(ada), code).public_id, key=KEY)
    (message,) = outbox.outbox
    assert "and you were not charged.\n" in message.body
    for word in ("stolen", "fraud", "decline"):
        assert word not in message.body + str(shown(message))


@pytest.mark.parametrize(
    "fields",
    [{"state": "paid"}, {"state": "canceled"}, {"expires_at": NOON - timedelta(seconds=1)}],
)
def test_an_order_that_waits_no_longer_is_not_asked_for_another_payment(ada, fields):
    payment = failed(an_order(ada, **fields))
    assert payments.mail_payment_failure(payment_id=payment.public_id, key=KEY) is None
    assert outbox.outbox == []


# --- by events -----------------------------------------------------------------------------------
def test_a_declined_card_and_a_good_one_and_a_refund_are_mailed_in_their_time(ada):
    order = place_order(customer=ada)
    events.deliver_pending()
    pay_order(order, "insufficient_funds", gateway="simulated", key="1")
    events.deliver_pending()
    payment = pay_order(order, "success", gateway="simulated", key="2")
    events.deliver_pending()
    payments.refund_payment(
        store=order.store,
        payment_id=payment.public_id,
        amount=Money(Decimal("4.90"), "EUR"),
        reason="late",
        idempotency_key="back",
        by=ada,
    )
    events.deliver_pending()

    number = order.number
    assert subjects() == [
        f"Your order {number}",
        f"Your payment for order {number} failed",
        f"Your receipt for order {number}",
        f"Your refund for order {number}",
    ]
    attached = [[one.filename for one in message.attachments] for message in outbox.outbox]
    assert attached == [[], [], ["invoice-2026-000001.pdf"], ["credit-note-CN-2026-000001.pdf"]]
    assert SentMail.objects.filter(state="sent").count() == 4
