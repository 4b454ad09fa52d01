"""What customers are told of their orders, word for word."""
# ruff: noqa: RUF001 - the sign of multiplication is meant

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.core import mail as outbox
from django.db import transaction

from apps.accounts.tests.factories import UserFactory
from apps.events import services as events
from apps.events.models import Delivery
from apps.mail.models import SentMail
from apps.mail.tests.reading import shown
from apps.orders import services as orders
from apps.orders.models import Invoice, Order
from apps.orders.tests.factories import OrderFactory, OrderLineFactory, goods
from tests.statements import at_most

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = uuid4()


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield NOON


@pytest.fixture
def ada(store):
    store.name, store.email, store.time_zone = "Mugs & Sons", "shop@shop.example", "Europe/Berlin"
    store.save()
    return UserFactory(store=store, email="ada@example.com", full_name="Ada Lovelace")


def an_order(customer, **fields) -> Order:
    """Two linen shirts and a mug: 45.00, with 4.90 for shipping."""
    order = OrderFactory(
        customer=customer,
        number="AAAA-BBBB",
        line=None,
        subtotal_amount=Decimal("45.00"),
        total_amount=Decimal("49.90"),
        tax_amount=Decimal("7.97"),
        **fields,
    )
    shirt = {"title": "Linen shirt", "variant_title": "M / white", "sku": "SHIRT-M"}
    OrderLineFactory(order=order, quantity=2, unit_price_amount=Decimal("20.00"), **shirt)
    mug = {"title": "Mug <blue>", "sku": "MUG"}
    OrderLineFactory(order=order, position=1, unit_price_amount=Decimal("5.00"), **mug)
    return order


def the_mail():
    (message,) = outbox.outbox
    assert message.to == ["ada@example.com"]
    assert message.from_email == "Mugs & Sons <shop@shop.example>"
    return message


LINES = "2 × Linen shirt, M / white (SHIRT-M): €40.00\n1 × Mug <blue> (MUG): €5.00\n"
SUMS = "Goods: €45.00\nShipping: €4.90\nTotal: €49.90, €7.97 tax included\n"
ADDRESS = "It goes to:\n\nAda Lovelace\n12 St James's Square\nSW1Y 4JH London\nUnited Kingdom\n\n"
SIGNED = "-- \nMugs & Sons\nshop@shop.example\n"
SHOWN_LINES = [
    "2 × Linen shirt, M / white",
    "SHIRT-M €40.00",
    "1 × Mug <blue>",
    "MUG €5.00",
    "Goods €45.00",
    "Shipping €4.90",
    "Total €49.90",
    "Tax included €7.97",
]
SHOWN_ADDRESS = [
    "It goes to",
    "Ada Lovelace",
    "12 St James's Square",
    "SW1Y 4JH London",
    "United Kingdom",
]
SHOWN_SIGNED = ["Mugs & Sons · shop@shop.example"]


# --- confirmation --------------------------------------------------------------------------------
def test_a_confirmation_says_what_was_ordered_and_until_when_it_can_be_paid(ada):
    order = an_order(ada)
    orders.mail_confirmation(order_id=order.public_id, key=KEY)

    message = the_mail()
    assert message.subject == "Your order AAAA-BBBB"
    assert message.body == (
        "Thank you. We have your order AAAA-BBBB.\n"
        "\n"
        "It is not paid yet. We keep the goods for you until 20 November 2026, 13:15 CET.\n"
        f"\n{LINES}\n{SUMS}\n{ADDRESS}{SIGNED}"
    )
    assert shown(message) == [
        "Thank you. We have your order AAAA-BBBB.",
        "It is not paid yet. We keep the goods for you until 20 November 2026, 13:15 CET.",
        *SHOWN_LINES,
        *SHOWN_ADDRESS,
        *SHOWN_SIGNED,
    ]
    assert message.attachments == []


@pytest.mark.parametrize("fields", [{"state": "paid"}, {"expires_at": NOON - timedelta(minutes=1)}])
def test_what_is_paid_or_too_late_is_not_asked_to_be_paid(ada, fields):
    orders.mail_confirmation(order_id=an_order(ada, **fields).public_id, key=KEY)
    assert "not paid" not in the_mail().body + str(shown(the_mail()))


def test_tax_on_top_and_a_discount_stand_among_the_sums(ada):
    order = an_order(ada)
    Order.objects.filter(pk=order.pk).update(
        prices_include_tax=False,
        discount_amount=Decimal("5.00"),
        tax_amount=Decimal("8.53"),
        total_amount=Decimal("53.43"),
    )
    orders.mail_confirmation(order_id=order.public_id, key=KEY)
    assert (
        "Goods: €45.00\nDiscount: -€5.00\nShipping: €4.90\nTax: €8.53\nTotal: €53.43\n"
    ) in the_mail().body
    rows = ["Goods €45.00", "Discount -€5.00", "Shipping €4.90", "Tax €8.53", "Total €53.43"]
    assert shown(the_mail())[-11:-6] == rows


def test_what_was_canceled_meanwhile_is_not_confirmed(ada):
    order = an_order(ada, state="canceled")
    assert orders.mail_confirmation(order_id=order.public_id, key=KEY) is None
    assert outbox.outbox == []


# --- receipt -------------------------------------------------------------------------------------
def test_a_receipt_comes_with_the_invoice(ada):
    order = an_order(ada, state="paid")
    with transaction.atomic():
        invoice = orders.issue_invoice(order=order, by=None, now=NOON)

    orders.mail_receipt(invoice_id=invoice.public_id, key=KEY)

    message = the_mail()
    assert message.subject == "Your receipt for order AAAA-BBBB"
    assert message.body == (
        "We have received your payment of €49.90 for order AAAA-BBBB. Thank you.\n"
        "\n"
        "Your invoice 2026-000001 is attached.\n"
        f"\n{LINES}\n{SUMS}\n{ADDRESS}{SIGNED}"
    )
    assert shown(message) == [
        "We have received your payment for order AAAA-BBBB",
        "Thank you. Your invoice 2026-000001 for €49.90 is attached.",
        *SHOWN_LINES,
        *SHOWN_ADDRESS,
        *SHOWN_SIGNED,
    ]
    ((name, content, kind),) = message.attachments
    assert (name, kind) == ("invoice-2026-000001.pdf", "application/pdf")
    assert content.startswith(b"%PDF-")


# --- shipment ------------------------------------------------------------------------------------
def ship(order: Order, *quantities: int, **details):
    lines = [
        orders.ShippedLine(line_id=line.public_id, quantity=quantity)
        for line, quantity in zip(order.lines.all(), quantities, strict=False)
    ]
    return orders.ship_order(
        store=order.store,
        order_id=order.public_id,
        lines=lines or None,
        by=None,
        now=NOON,
        **details,
    )


def test_a_part_says_what_is_in_it_who_brings_it_and_what_is_still_to_come(ada):
    shipment = ship(
        an_order(ada, state="paid"),
        1,
        carrier="DHL <Express>",
        tracking_number="JD 014",
        tracking_url="https://track.example/?id=JD014&lang=en",
    )
    orders.mail_shipment(shipment_id=shipment.public_id, key=KEY)

    message = the_mail()
    assert message.subject == "A part of your order AAAA-BBBB is on its way"
    assert message.body == (
        "A part of your order AAAA-BBBB has left.\n"
        "\n"
        "Carrier: DHL <Express>\n"
        "Tracking number: JD 014\n"
        "Follow it: https://track.example/?id=JD014&lang=en\n"
        "\n"
        "In this shipment:\n"
        "\n"
        "1 × Linen shirt, M / white (SHIRT-M)\n"
        "\n"
        "Still to come:\n"
        "\n"
        "1 × Linen shirt, M / white (SHIRT-M)\n"
        "1 × Mug <blue> (MUG)\n"
        f"\n{ADDRESS}{SIGNED}"
    )
    assert shown(message) == [
        "A part of your order AAAA-BBBB has left",
        "CarrierDHL <Express>",
        "Tracking numberJD 014",
        "Follow ithttps://track.example/?id=JD014&lang=en",
        "In this shipment",
        "1 × Linen shirt, M / white",
        "SHIRT-M",
        "Still to come",
        "1 × Linen shirt, M / white",
        "SHIRT-M",
        "1 × Mug <blue>",
        "MUG",
        *SHOWN_ADDRESS,
        *SHOWN_SIGNED,
    ]
    link = '<a href="https://track.example/?id=JD014&amp;lang=en">'
    assert link in message.alternatives[0].content


def test_a_part_stays_a_part_though_the_rest_has_left_before_the_mail_is_written(ada):
    order = an_order(ada, state="paid")
    first, rest = ship(order, 1), ship(order)
    orders.mail_shipment(shipment_id=first.public_id, key=KEY)
    assert the_mail().subject == "A part of your order AAAA-BBBB is on its way"
    outbox.outbox.clear()
    orders.mail_shipment(shipment_id=rest.public_id, key=rest.public_id)
    assert the_mail().subject == "Your order AAAA-BBBB is on its way"


def test_all_of_it_without_a_carrier_says_no_more_than_that(ada):
    shipment = ship(an_order(ada, state="paid"))
    orders.mail_shipment(shipment_id=shipment.public_id, key=KEY)

    message = the_mail()
    assert message.subject == "Your order AAAA-BBBB is on its way"
    assert message.body == (
        "Your order AAAA-BBBB has left.\n"
        "\n"
        "In this shipment:\n"
        "\n"
        "2 × Linen shirt, M / white (SHIRT-M)\n"
        "1 × Mug <blue> (MUG)\n"
        f"\n{ADDRESS}{SIGNED}"
    )
    assert shown(message)[:5] == [
        "Your order AAAA-BBBB has left",
        "In this shipment",
        "2 × Linen shirt, M / white",
        "SHIRT-M",
        "1 × Mug <blue>",
    ]


# --- cancelation ---------------------------------------------------------------------------------
UNPAID = "You have not paid for it. Should a payment still arrive, it goes back to you."
PAID = (
    "What you have paid, or what was set aside on your card, goes back to you. "
    "Your bank may take some days to show it."
)


def cancel(order: Order, *, by, reason: str) -> None:
    with transaction.atomic():
        (locked,) = Order.objects.select_related("store", "customer").filter(pk=order.pk).locked()
        orders.cancel_order(
            store=locked.store, order_id=locked.public_id, by=by, reason=reason, now=NOON
        )
    orders.mail_cancelation(order_id=order.public_id, key=KEY)


def test_who_canceled_unpaid_goods_owes_nothing(ada):
    cancel(an_order(ada), by=ada, reason="secret")
    message = the_mail()
    assert message.subject == "Your order AAAA-BBBB was canceled"
    assert message.body == (
        "You have canceled your order AAAA-BBBB. Nothing will be sent.\n"
        f"\n{UNPAID}\n\n{LINES}\nTotal: €49.90\n\n{SIGNED}"
    )
    assert shown(message) == [
        "Your order AAAA-BBBB was canceled",
        "You have canceled your order AAAA-BBBB. Nothing will be sent.",
        UNPAID,
        *SHOWN_LINES,
        *SHOWN_SIGNED,
    ]


def test_what_staff_cancel_after_the_payment_is_paid_back(ada, staff):
    cancel(an_order(ada, state="paid"), by=staff, reason="looks like fraud")
    message = the_mail()
    assert message.body.startswith(
        f"We had to cancel your order AAAA-BBBB. Nothing will be sent.\n\n{PAID}\n"
    )
    assert shown(message)[1:3] == [
        "We had to cancel your order AAAA-BBBB. Nothing will be sent.",
        PAID,
    ]
    assert "fraud" not in message.body + str(shown(message))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("expired", "Your order AAAA-BBBB was not paid in time, so it was canceled."),
        ("sold out", "Your order AAAA-BBBB was canceled: sold out."),
        ("", "Your order AAAA-BBBB was canceled."),
    ],
)
def test_what_nobody_canceled_says_why(ada, reason, said):
    cancel(an_order(ada), by=None, reason=reason)
    assert the_mail().body.startswith(f"{said} Nothing will be sent.\n\n{UNPAID}\n")
    assert shown(the_mail())[1:3] == [f"{said} Nothing will be sent.", UNPAID]


# --- all of them ---------------------------------------------------------------------------------
def test_each_step_of_an_order_is_mailed_once_however_often_it_is_delivered(ada, staff):
    variant = goods(store=ada.store)
    order = orders.place_order_from_lines(
        store=ada.store,
        customer=ada,
        lines=[orders.RequestedLine(variant=variant.public_id, quantity=2)],
        shipping_address={"full_name": "Ada Lovelace", "city": "London", "country": "GB"},
        by=ada,
        now=NOON,
    )
    with transaction.atomic():
        (locked,) = Order.objects.select_related("store", "customer").filter(pk=order.pk).locked()
        orders.mark_order_paid(order=locked, by=ada, now=NOON)
        orders.issue_invoice(order=locked, by=ada, now=NOON)
    ship(Order.objects.get(), 1)
    ship(Order.objects.get())
    for _ in range(2):
        events.deliver_pending()
        Delivery.objects.update(state="pending", done_at=None, next_attempt_at=NOON)

    mails = [message for message in outbox.outbox if message.to == ["ada@example.com"]]
    assert sorted(message.subject.replace(order.number, "N") for message in mails) == [
        "A part of your order N is on its way",
        "Your order N",
        "Your order N is on its way",
        "Your receipt for order N",
    ]
    log = SentMail.objects.filter(recipient=f"user:{ada.public_id}")
    assert set(log.values_list("state", flat=True)) == {"sent"}
    keys = set(Delivery.objects.values_list("public_id", flat=True))
    assert set(log.values_list("key", flat=True)) <= keys


def test_an_expired_order_is_told_of(ada):
    order = an_order(ada)
    orders.expire_order(order_id=order.public_id, now=NOON)
    events.deliver_pending()
    assert the_mail().subject == "Your order AAAA-BBBB was canceled"


def test_what_happened_long_ago_is_not_written_about(ada):
    with time_machine.travel(NOON - timedelta(days=8), tick=False):
        order = an_order(ada, state="paid")
        with transaction.atomic():
            orders.issue_invoice(order=order, by=None, now=NOON - timedelta(days=8))
        shipment = orders.ship_order(
            store=order.store, order_id=order.public_id, by=None, now=NOON - timedelta(days=8)
        )
        canceled = OrderFactory(customer=ada, state="canceled")

    assert orders.mail_confirmation(order_id=order.public_id, key=KEY) is None
    invoice = Invoice.objects.get()
    assert orders.mail_receipt(invoice_id=invoice.public_id, key=KEY) is None
    assert orders.mail_shipment(shipment_id=shipment.public_id, key=KEY) is None
    assert orders.mail_cancelation(order_id=canceled.public_id, key=KEY) is None
    assert outbox.outbox == []
    assert not SentMail.objects.exists()


def test_a_confirmation_costs_the_same_however_long_the_order_is(ada):
    order = an_order(ada)
    for position in range(2, 60):
        OrderLineFactory(order=order, position=position)
    with at_most(7):  # order, lines, and five of the send log
        orders.mail_confirmation(order_id=order.public_id, key=KEY)
    assert the_mail().body.count(" × ") == 60


def test_a_shipments_mail_reads_the_orders_lines_once(ada):
    shipment = ship(an_order(ada, state="paid"), 1)
    with at_most(8):  # shipment, its lines, the order's, and five of the send log
        orders.mail_shipment(shipment_id=shipment.public_id, key=KEY)
    assert len(outbox.outbox) == 1
