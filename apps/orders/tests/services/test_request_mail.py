"""Mails that staff have sent once more."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone

from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent
from apps.mail.models import SentMail
from apps.orders import services
from apps.orders.desk_errors import LetterNotSendable
from apps.orders.errors import OrderNotFound
from apps.orders.letters import Letter
from apps.orders.queries import sendable_letters
from apps.orders.tests.factories import InvoiceFactory, OrderFactory, ShipmentFactory

pytestmark = pytest.mark.usefixtures("unprinted_invoices")


def request(order, letter, *, about=None, by, key=None, store=None):
    services.request_mail(
        store=store or order.store,
        order_id=order.public_id,
        letter=letter,
        about=about,
        key=key or uuid4(),
        by=by,
    )


def test_each_letter_is_sent_again_however_old_the_order_is(store, staff):
    long_ago = timezone.now() - timedelta(days=400)
    order = OrderFactory(customer__store=store, state="paid", placed_at=long_ago)
    invoice = InvoiceFactory(order=order)
    parcel = ShipmentFactory(order=order, shipped_at=long_ago, tracking_number="PP 1")
    assert [str(one) for one in sendable_letters(order)] == [
        "Confirmation",
        "Receipt, with the invoice: 2026-000001",
        "On its way: PP 1",
    ]
    request(order, Letter.CONFIRMATION, by=staff)
    request(order, Letter.RECEIPT, about=invoice.public_id, by=staff)
    request(order, Letter.SHIPPED, about=parcel.public_id, by=staff)
    events.deliver_pending()
    assert {one.template: one.state for one in SentMail.objects.all()} == {
        "orders/confirmation": "sent",
        "orders/receipt": "sent",
        "orders/shipped": "sent",
    }
    assert [one.to for one in mail.outbox] == [[order.customer.email]] * 3
    assert [len(one.attachments) for one in mail.outbox] == [0, 1, 0]
    asked = OutboxEvent.objects.filter(name="order.mail_requested")
    assert {one.actor for one in asked} == {f"user:{staff.public_id}"}
    assert not Delivery.objects.exclude(state="done").exists()


def test_a_canceled_order_is_told_of_as_such(store, staff):
    order = OrderFactory(customer__store=store, state="canceled")
    with pytest.raises(LetterNotSendable):
        request(order, Letter.CONFIRMATION, by=staff)
    request(order, Letter.CANCELED, by=staff)
    events.deliver_pending()
    assert SentMail.objects.get().template == "orders/canceled"


def test_a_form_that_is_sent_twice_asks_once(store, staff):
    order, key = OrderFactory(customer__store=store), uuid4()
    for _ in range(2):
        request(order, Letter.CONFIRMATION, by=staff, key=key)
    events.deliver_pending()
    assert SentMail.objects.count() == 1
    request(order, Letter.CONFIRMATION, by=staff)
    events.deliver_pending()
    assert SentMail.objects.count() == 2


def test_what_is_not_there_is_not_told_of(store, staff):
    order = OrderFactory(customer__store=store, state="paid")
    foreign = InvoiceFactory(order__customer__store=store)
    past = OrderFactory(customer__store=store, state="paid", source="shopify", external_number="#1")
    for wanted, letter, about in [
        (order, Letter.RECEIPT, foreign.public_id),
        (order, Letter.RECEIPT, None),
        (order, Letter.SHIPPED, uuid4()),
        (order, Letter.CANCELED, None),
        (past, Letter.CONFIRMATION, None),
    ]:
        with pytest.raises(LetterNotSendable):
            request(wanted, letter, about=about, by=staff)
    with pytest.raises(OrderNotFound):
        request(OrderFactory(), Letter.CONFIRMATION, by=staff, store=store)
    assert not OutboxEvent.objects.exists()


def test_nobody_is_written_to_who_has_no_address(store, staff, shopper):
    order = OrderFactory(customer=shopper, state="paid")
    shopper.email = ""
    shopper.save()
    with pytest.raises(LetterNotSendable, match="no address"):
        request(order, Letter.CONFIRMATION, by=staff)
    assert not OutboxEvent.objects.exists()
