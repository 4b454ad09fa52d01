"""Shipping, invoices and what needs attention, on the staff site."""

from decimal import Decimal
from operator import attrgetter

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.orders.models import Invoice, Order, OrderLine, Shipment
from apps.orders.tests.factories import (
    InvoiceFactory,
    OrderFactory,
    OrderLineFactory,
    ShipmentFactory,
)
from apps.orders.tests.pdf_text import pages_of
from tests.statements import at_most

ORDERS = reverse("admin:orders_order_changelist")
INVOICES = reverse("admin:orders_invoice_changelist")


@pytest.fixture
def operator(client, store):
    person = UserFactory(store=store, is_staff=True, is_superuser=True)
    client.force_login(person)
    client.get(ORDERS)
    return person


@pytest.fixture
def looker(client, store):
    """Who may see everything and change nothing."""
    person = UserFactory(store=store, is_staff=True, roles=["read_only"])
    client.force_login(person)
    return person


@pytest.fixture
def order(store) -> Order:
    """A paid order of three shirts and two pairs of socks."""
    order = OrderFactory(state="paid", customer__store=store, line=None)
    OrderLineFactory(order=order, position=0, quantity=3, sku="SHIRT")
    OrderLineFactory(order=order, position=1, quantity=2, sku="SOCKS")
    return order


def ship_page(order: Order) -> str:
    return reverse("admin:orders_order_ship", args=[order.pk])


def order_page(order: Order) -> str:
    return reverse("admin:orders_order_change", args=[order.pk])


def pdf_page(invoice: Invoice) -> str:
    return reverse("admin:orders_invoice_pdf", args=[invoice.pk])


def parcel(order: Order, *quantities: int | str, **said) -> dict:
    rows = zip(order.lines.all(), quantities, strict=True)
    return {f"line_{line.pk}": quantity for line, quantity in rows} | said


def shipped(order: Order) -> list[int]:
    return [line.shipped_quantity for line in OrderLine.objects.filter(order=order)]


def run(client, action: str, *orders: Order):
    return client.post(
        ORDERS, {"action": action, "_selected_action": [order.pk for order in orders]}
    )


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_form_offers_what_is_left(client, operator, order):
    order.lines.filter(sku="SOCKS").update(shipped_quantity=2)
    order.lines.filter(sku="SHIRT").update(shipped_quantity=1)
    shown = client.get(ship_page(order)).content.decode()
    assert "2 of 3 left." in shown
    assert "SOCKS" not in shown
    assert ship_page(order) in client.get(order_page(order)).content.decode()


def test_staff_ship_a_part_with_its_tracking_number(client, operator, order):
    answer = client.post(
        ship_page(order),
        parcel(
            order,
            2,
            "",
            carrier="Parcel Post",
            tracking_number="PP 1234",
            tracking_url="https://parcels.example/PP1234",
        ),
    )
    assert answer.status_code == 302
    assert said(answer) == [f"{order.number} was shipped as you said."]
    shipment = Shipment.objects.get()
    assert (shipment.carrier, shipment.tracking_number, shipment.tracking_url) == (
        "Parcel Post",
        "PP 1234",
        "https://parcels.example/PP1234",
    )
    assert shipped(order) == [2, 0]
    event = OutboxEvent.objects.get(name="shipment.created")
    assert event.actor == f"user:{operator.public_id}"
    shown = client.get(order_page(order)).content.decode()
    assert "PP 1234" in shown
    assert "2 x SHIRT" in shown


@pytest.mark.parametrize(
    ("quantities", "fields", "reason"),
    [
        ((4, 0), {}, "less than or equal to 3"),
        ((-1, 0), {}, "greater than or equal to 0"),
        (("many", 0), {}, "whole number"),
        ((0, 0), {}, "Nothing is to be shipped"),
        ((1, 0), {"tracking_url": "http://parcels.example"}, "It begins with https://"),
        ((1, 0), {"tracking_url": "javascript:alert(1)"}, "valid URL"),
        ((1, 0), {"carrier": "x" * 101}, "at most 100"),
        ((1, 0), {"carrier": "Post\nBcc: all@shop.example"}, "one line of text"),
    ],
)
def test_a_parcel_that_makes_no_sense_is_not_shipped(
    client, operator, order, quantities, fields, reason
):
    answer = client.post(ship_page(order), parcel(order, *quantities, **fields))
    assert answer.status_code == 200
    assert reason in answer.content.decode()
    assert (shipped(order), Shipment.objects.count()) == ([0, 0], 0)


def test_what_somebody_else_has_shipped_meanwhile_is_told(client, operator, order):
    body = parcel(order, 3, 2)
    ShipmentFactory(order=order)
    answer = client.post(ship_page(order), body)
    assert answer.status_code == 200
    assert "Nothing is to be shipped" in answer.content.decode()
    assert Shipment.objects.count() == 1


@pytest.mark.parametrize("state", ["pending", "canceled", "refunded"])
def test_what_is_not_paid_is_not_shipped(client, operator, store, state):
    order = OrderFactory(state=state, customer__store=store)
    answer = client.post(ship_page(order), parcel(order, 1))
    assert f"The order is {state}." in answer.content.decode()
    assert not Shipment.objects.exists()


def test_an_order_of_another_store_is_not_shipped(client, operator):
    foreign = OrderFactory(state="paid")
    assert client.get(ship_page(foreign)).status_code == 302
    assert client.post(ship_page(foreign), parcel(foreign, 1)).status_code == 302
    assert client.get(reverse("admin:orders_order_ship", args=["x"])).status_code == 302
    assert not Shipment.objects.exists()


def test_who_may_only_look_does_not_ship(client, looker, order):
    assert client.get(order_page(order)).status_code == 200
    assert ship_page(order) not in client.get(order_page(order)).content.decode()
    assert client.get(ship_page(order)).status_code in {302, 403}
    client.post(ship_page(order), parcel(order, 1, 1))
    run(client, "ship_rest", order)
    assert (shipped(order), Shipment.objects.count()) == ([0, 0], 0)


def test_all_that_is_left_of_many_orders_is_shipped(client, operator, order, store):
    other = OrderFactory(state="paid", customer__store=store)
    answer = run(client, "ship_rest", order, other)
    assert "2 done, 0 refused." in answer.content.decode()
    assert set(Order.objects.values_list("state", flat=True)) == {"shipped"}


def test_an_order_is_shown_in_as_many_statements_however_much_has_left(client, operator, order):
    InvoiceFactory(order=order)
    for _ in range(3):
        ShipmentFactory(order=order)
    with at_most(16):
        assert client.get(order_page(order)).status_code == 200


def test_an_order_leads_to_its_documents(client, operator, order):
    invoice = InvoiceFactory(order=order)
    shown = client.get(order_page(order)).content.decode()
    assert pdf_page(invoice) in shown
    assert "2026-000001" in shown


def test_the_list_shows_documents_of_this_store(client, operator, order):
    mine = InvoiceFactory(order=order)
    InvoiceFactory(sequence=2)
    shown = client.get(INVOICES).content.decode()
    assert pdf_page(mine) in shown
    assert "2026-000002" not in shown


def test_the_list_of_documents_takes_few_statements_however_long_it_is(client, operator, store):
    InvoiceFactory.create_batch(20, order__customer__store=store)
    with at_most(8):
        assert client.get(INVOICES).status_code == 200


def test_a_document_is_printed(client, operator, order):
    answer = client.get(pdf_page(InvoiceFactory(order=order)))
    assert answer.status_code == 200
    assert answer.streaming
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="invoice-2026-000001.pdf"'
    (page,) = pages_of(b"".join(answer.streaming_content))
    assert page.startswith("Invoice 2026-000001\n")


def test_who_may_look_may_print(client, looker, order):
    assert client.get(pdf_page(InvoiceFactory(order=order))).status_code == 200


def test_who_may_not_look_may_not_print(client, store, order):
    invoice = InvoiceFactory(order=order)
    client.force_login(UserFactory(store=store, is_staff=True, roles=["warehouse"]))
    assert client.get(pdf_page(invoice)).status_code in {302, 403}
    client.force_login(order.customer)
    assert client.get(pdf_page(invoice)).status_code in {302, 403}


def test_a_document_of_another_store_is_not_there(client, operator):
    foreign = InvoiceFactory()
    page = reverse("admin:orders_invoice_change", args=[foreign.pk])
    assert client.get(page).status_code == 302
    answer = client.get(pdf_page(foreign))
    assert answer.status_code == 302


@pytest.mark.parametrize("name", ["number", "order.number", "customer.email"])
def test_a_document_is_found_by_what_it_is_called(client, operator, store, name):
    wanted, other = [
        InvoiceFactory(order__state="paid", order__customer__store=store) for _ in range(2)
    ]
    text = attrgetter(name)(wanted)
    shown = client.get(INVOICES, {"q": text}).content.decode()
    assert pdf_page(wanted) in shown
    assert pdf_page(other) not in shown
    part = client.get(INVOICES, {"q": text[:4]}).content.decode()
    assert pdf_page(wanted) not in part


def test_documents_are_not_edited(client, operator, order):
    invoice = InvoiceFactory(order=order)
    page = reverse("admin:orders_invoice_change", args=[invoice.pk])
    assert "14.90 EUR" in client.get(page).content.decode()
    assert client.post(page, {"total_amount": "0"}).status_code == 403
    assert client.get(reverse("admin:orders_invoice_add")).status_code == 403
    delete = reverse("admin:orders_invoice_delete", args=[invoice.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    invoice.refresh_from_db()
    assert invoice.total_amount == Decimal("14.90")


def test_a_delivered_order_shows_when_it_arrived(client, operator, store):
    order = OrderFactory(state="delivered", customer__store=store)
    Shipment.objects.update(tracking_number="PP 9", delivered_at=timezone.now())
    assert "PP 9" in client.get(order_page(order)).content.decode()


def test_a_parcel_that_is_sent_twice_by_a_double_click_leaves_once(client, operator, order):
    said = parcel(order, 1, 0, shipped=0)
    client.post(ship_page(order), said)
    again = client.post(ship_page(order), said)
    assert "has left since you opened this page" in again.content.decode()
    assert shipped(order) == [1, 0]
    assert Shipment.objects.count() == 1
