"""Every mail there is, for the worst names and the longest order."""

import re
from collections.abc import Callable
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.db import transaction

from apps.accounts import services as accounts
from apps.accounts.models import OneTimeToken, User
from apps.accounts.tests.factories import UserFactory
from apps.inventory import services as inventory
from apps.inventory.tests.factories import StockItemFactory
from apps.mail import letters
from apps.orders import services as orders
from apps.orders.models import Invoice, Order
from apps.orders.tests.factories import OrderFactory, OrderLineFactory, ShipmentFactory
from apps.payments import services as payments
from apps.payments.tests.factories import PaymentFactory, RefundFactory

pytestmark = pytest.mark.django_db

HOSTILE = "</td><script>alert(1)</script>\r\nBcc: all@example.com\n\n{{ 7|add:7 }}'\"&\u202eevil"
LINES = 300
TEMPLATES = Path(settings.MAIL_TEMPLATES)
MAILS = sorted(str(path.parent.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("subject.txt"))


@pytest.fixture
def mallory(store) -> User:
    store.name = HOSTILE[:100]
    store.email = "shop@shop.example"
    store.save()
    return UserFactory(store=store, email="mallory@example.com", full_name=HOSTILE)


def an_order(customer: User, state: str) -> Order:
    order = OrderFactory(
        customer=customer,
        state=state,
        line=None,
        subtotal_amount=Decimal("3000.00"),
        total_amount=Decimal("3004.90"),
        shipping_address={"full_name": HOSTILE, "city": HOSTILE, "country": "GB"},
    )
    line = OrderLineFactory(order=order, title=HOSTILE, variant_title=HOSTILE)
    for position in range(1, LINES):
        OrderLineFactory(
            order=order,
            variant=line.variant,
            position=position,
            title=HOSTILE,
            variant_title=HOSTILE,
        )
    return order


def confirmation(mallory: User) -> None:
    orders.mail_confirmation(order_id=an_order(mallory, "pending").public_id, key=uuid4())


def canceled(mallory: User) -> None:
    orders.mail_cancelation(order_id=an_order(mallory, "canceled").public_id, key=uuid4())


def receipt(mallory: User) -> None:
    order = an_order(mallory, "paid")
    with transaction.atomic():
        invoice = orders.issue_invoice(order=order, by=None, now=order.placed_at)
    orders.mail_receipt(invoice_id=invoice.public_id, key=uuid4())


def shipped(mallory: User) -> None:
    shipment = ShipmentFactory(
        order=an_order(mallory, "paid"), carrier=HOSTILE[:100], tracking_number=HOSTILE[:100]
    )
    orders.mail_shipment(shipment_id=shipment.public_id, key=uuid4())


def refunded(mallory: User) -> None:
    payment = PaymentFactory(order=an_order(mallory, "paid"))
    refund = RefundFactory(
        payment=payment, state="succeeded", succeeded_at=payment.captured_at, reason=HOSTILE
    )
    assert Invoice.objects.exists()
    payments.mail_refund(refund_id=refund.public_id, key=uuid4())


def failed(mallory: User) -> None:
    payment = PaymentFactory(
        order=an_order(mallory, "pending"),
        state="failed",
        failure_code=HOSTILE[:100],
        captured_at=None,
    )
    payments.mail_payment_failure(payment_id=payment.public_id, key=uuid4())


def low_stock(mallory: User) -> None:
    UserFactory(store=mallory.store, is_staff=True, email="mallory+staff@example.com")
    item = StockItemFactory(
        variant__product__store=mallory.store,
        variant__product__title=HOSTILE,
        variant__sku=HOSTILE[:100],
        variant__title=HOSTILE,
        on_hand=1,
    )
    inventory.mail_low_stock(item_id=item.public_id, happened_at=item.created_at)


def low_stock_report(mallory: User) -> None:
    low_stock(mallory)
    outbox.outbox.clear()
    day = mallory.created_at.date()
    inventory.mail_low_stock_report(store_id=mallory.store.public_id, day=day)


def verify_email(mallory: User) -> None:
    accounts.mail_email_verification(person_id=mallory.public_id, key=uuid4())


def reset_password(mallory: User) -> None:
    accounts.request_password_reset(
        store=mallory.store, email=mallory.email, now=mallory.created_at
    )
    request = OneTimeToken.objects.get()
    accounts.mail_password_reset(request_id=request.public_id, key=uuid4())


def password_changed(mallory: User) -> None:
    accounts.mail_password_changed(
        person_id=mallory.public_id, changed_at=mallory.created_at, key=uuid4()
    )


SENDERS: dict[str, Callable[[User], None]] = {
    "accounts/password_changed": password_changed,
    "accounts/reset_password": reset_password,
    "accounts/verify_email": verify_email,
    "inventory/low_stock": low_stock,
    "inventory/low_stock_report": low_stock_report,
    "orders/canceled": canceled,
    "orders/confirmation": confirmation,
    "orders/receipt": receipt,
    "orders/shipped": shipped,
    "payments/failed": failed,
    "payments/refunded": refunded,
}


def test_every_mail_is_tried_here():
    assert sorted(SENDERS) == MAILS


class Tags(HTMLParser):
    """The tags that a mail program would see, and which of them are open at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("template", MAILS)
def test_hostile_names_and_long_orders_stay_what_they_are(mallory, template, monkeypatch):
    for is_markup in (True, False):
        engine = letters._engine(settings.MAIL_TEMPLATES, autoescape=is_markup)
        monkeypatch.setattr(engine, "string_if_invalid", "UNKNOWN-VARIABLE-%s")

    SENDERS[template](mallory)

    (sent,) = outbox.outbox
    message = message_from_bytes(sent.message().as_bytes(), policy=default)
    assert "Bcc" not in message
    assert message["To"].addresses[0].domain == "example.com"
    assert len(message["To"].addresses) == 1
    assert message["From"].addresses[0].addr_spec == "shop@shop.example"
    assert sent.recipients() == sent.to
    assert "\n" not in sent.subject
    assert re.fullmatch(r"<[0-9a-f-]{36}@shop\.example>", message["Message-ID"])

    html = sent.alternatives[0].content
    for body in (html, sent.body, sent.subject):
        assert "UNKNOWN-VARIABLE" not in body
    tags = Tags()
    tags.feed(html)
    assert "script" not in tags.seen
    assert tags.open == []
    # What people typed stays on its line, and is nobody's template.
    assert "\nBcc" not in sent.body
    assert "{{ 7|add:7 }}" in html
    if template.startswith(("orders", "payments")):
        assert html.count("<br><small>") == LINES
        assert sent.body.count("</td><script>") >= LINES
