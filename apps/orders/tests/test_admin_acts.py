"""What staff do with one order on its page: forms that call services, and refuse what is late."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.orders import services
from apps.orders.models import Order, OrderNote, Shipment
from apps.orders.tests.factories import (
    InvoiceFactory,
    OrderFactory,
    OrderLineFactory,
    ShipmentFactory,
)
from tests.statements import at_most

ACTS = ["ship", "mark_arrived", "cancel_order", "note", "mail", "packing_slip", "invoice"]


@pytest.fixture
def clerk(store):
    return UserFactory(store=store, is_staff=True, roles=["manager"])


@pytest.fixture
def browser(clerk):
    return browser_of(clerk)


def browser_of(person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.fixture
def order(store) -> Order:
    """A paid order of three shirts and two pairs of socks."""
    order = OrderFactory(state="paid", customer__store=store, line=None)
    OrderLineFactory(order=order, position=0, quantity=3, sku="SHIRT")
    OrderLineFactory(order=order, position=1, quantity=2, sku="SOCKS")
    return order


def page(name: str, order: Order) -> str:
    return reverse(f"admin:orders_order_{name}", args=[order.pk])


def filled(browser: Client, order: Order, name: str, **said) -> dict:
    """The form as it is opened, and what is written into it."""
    form = browser.get(page(name, order)).context["form"]
    values = {field: form[field].value() for field in form.fields}
    return {field: value for field, value in values.items() if value is not None} | said


def send(browser: Client, order: Order, name: str, body: dict) -> str:
    return browser.post(page(name, order), body, follow=True).content.decode()


def state(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


def acts(order: Order, actor) -> list[str]:
    events = OutboxEvent.objects.filter(actor=f"user:{actor.public_id}").order_by("pk")
    return [one.name for one in events]


# --- canceling ------------------------------------------------------------------------------------
def test_an_order_is_canceled_for_a_reason(browser, clerk, order):
    form = browser.get(page("cancel_order", order)).content.decode()
    assert "goes back by itself" in form
    body = filled(browser, order, "cancel_order", reason="The supplier is gone")
    assert f"{order.number} was canceled." in send(browser, order, "cancel_order", body)
    assert order.transitions.last().reason == "The supplier is gone"
    assert acts(order, clerk) == ["order.canceled"]
    assert "The order is canceled." in send(browser, order, "cancel_order", body | {"seen": ""})
    assert acts(order, clerk) == ["order.canceled"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"reason": ""}, "required"),
        ({"reason": "two\nlines"}, "one line of text"),
        ({"reason": "a\x00b"}, "Null characters"),
        ({"reason": "x" * 201}, "at most 200"),
        ({"seen": "abc"}, "Open the page again"),
        ({"seen": "9" * 400}, "it is paid now. Nothing was done"),
    ],
)
def test_a_cancelation_that_makes_no_sense_is_refused(browser, order, said, why):
    body = filled(browser, order, "cancel_order", reason="Why not") | said
    answer = browser.post(page("cancel_order", order), body)
    assert answer.status_code == 200
    assert why in answer.content.decode()
    assert state(order) == "paid"


def test_of_two_who_ship_and_cancel_one_order_one_is_told(browser, store, order):
    other = browser_of(UserFactory(store=store, is_staff=True, roles=["warehouse"]))
    cancel = filled(browser, order, "cancel_order", reason="Too late")
    ship = filled(other, order, "ship")
    assert "was shipped as you said" in send(other, order, "ship", ship)
    text = send(browser, order, "cancel_order", cancel)
    assert "it is shipped now. Nothing was done." in text
    assert state(order) == "shipped"

    second = OrderFactory(state="paid", customer__store=store)
    cancel = filled(browser, second, "cancel_order", reason="In time")
    ship = filled(other, second, "ship")
    send(browser, second, "cancel_order", cancel)
    assert "The order is canceled." in send(other, second, "ship", ship)
    assert (state(second), Shipment.objects.filter(order=second).count()) == ("canceled", 0)


def test_an_order_that_was_paid_meanwhile_is_not_canceled(browser, order):
    """Without the version that was seen, its money would go back, which nobody decided."""
    Order.objects.filter(pk=order.pk).update(state="pending", paid_at=None)
    body = filled(browser, order, "cancel_order", reason="Never paid")
    changed = Order.objects.get(pk=order.pk)
    changed.state, changed.paid_at = "paid", timezone.now()
    changed.save()
    assert "it is paid now. Nothing was done." in send(browser, order, "cancel_order", body)
    assert state(order) == "paid"
    body = filled(browser, order, "cancel_order", reason="I know")
    assert "was canceled" in send(browser, order, "cancel_order", body)


# --- arriving -------------------------------------------------------------------------------------
def test_one_parcel_or_the_whole_order_arrives(browser, clerk, order):
    first, second = order.lines.all()
    for line in (first, second):
        services.ship_order(
            store=order.store,
            order_id=order.public_id,
            lines=[services.ShippedLine(line_id=line.public_id, quantity=1)],
            by=None,
            now=timezone.now(),
        )
    parcel = order.shipments.first()
    form = browser.get(page("mark_arrived", order)).context["form"]
    assert "all" not in dict(form.fields["parcel"].choices)
    send(browser, order, "mark_arrived", {"parcel": str(parcel.public_id)})
    parcel.refresh_from_db()
    assert parcel.delivered_at is not None
    again = browser.post(page("mark_arrived", order), {"parcel": str(parcel.public_id)})
    assert "not one of the available choices" in again.content.decode()
    services.ship_order(store=order.store, order_id=order.public_id, by=None, now=timezone.now())
    for nonsense in ("", "abc", str(uuid4()), "a\x00"):
        answer = browser.post(page("mark_arrived", order), {"parcel": nonsense})
        assert answer.status_code == 200
    assert state(order) == "shipped"
    send(browser, order, "mark_arrived", {"parcel": "all"})
    assert state(order) == "delivered"
    assert acts(order, clerk)[-1] == "order.delivered"


# --- notes and mails ------------------------------------------------------------------------------
def test_a_note_is_added_once_and_shown_as_text(browser, clerk, order):
    body = filled(browser, order, "note", text="<script>alert(1)</script>\nsecond line")
    for _ in range(2):
        text = send(browser, order, "note", body)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert(1)" not in text
    note = OrderNote.objects.get()
    assert (note.author, acts(order, clerk)) == (f"user:{clerk.public_id}", ["order.note_added"])
    refused = {"text": "", "key": "abc"}, {"text": " "}, {"text": "x" * 2001}, {"text": "a\x00b"}
    for said in refused:
        answer = browser.post(page("note", order), filled(browser, order, "note") | said)
        assert answer.status_code == 200
        assert answer.context["form"].errors
    body["text"] = "Another text under the same key"
    assert browser.post(page("note", order), body).status_code == 200
    assert OrderNote.objects.count() == 1


def test_a_mail_is_asked_for_once_more(browser, clerk, order):
    invoice = InvoiceFactory(order=order)
    letter = f"orders/receipt:{invoice.public_id}"
    body = filled(browser, order, "mail", letter=letter)
    for _ in range(2):
        text = send(browser, order, "mail", body)
    assert "is on its way to the customer" in text
    assert acts(order, clerk) == ["order.mail_requested"]
    foreign = InvoiceFactory(order__customer__store=order.store)
    for letter in ("", "abc", f"orders/receipt:{foreign.public_id}", "orders/shipped:None"):
        answer = browser.post(page("mail", order), body | {"letter": letter, "key": str(uuid4())})
        assert "letter" in answer.context["form"].errors
    assert acts(order, clerk) == ["order.mail_requested"]


# --- printing -------------------------------------------------------------------------------------
def test_a_packing_slip_names_goods_and_quantities_and_no_price(browser, order):
    order.customer_note = "Ring <b>twice</b>"
    order.save()
    with at_most(7):
        text = browser.get(page("packing_slip", order)).content.decode()
    for told in (order.number, "SHIRT", "SOCKS", "5 pieces", "London", "United Kingdom",
                 "Ring &lt;b&gt;twice&lt;/b&gt;"):  # fmt: skip
        assert told in text
    assert "10.00" not in text
    assert "EUR" not in text
    assert "<script>" not in text
    assert "onclick" not in text


def test_a_packing_slip_is_of_what_is_left_or_of_one_parcel(browser, order, store):
    shirts, _ = order.lines.all()
    parcel = services.ship_order(
        store=order.store,
        order_id=order.public_id,
        lines=[services.ShippedLine(line_id=shirts.public_id, quantity=2)],
        carrier="Parcel Post",
        tracking_number="PP 7",
        by=None,
        now=timezone.now(),
    )
    place = page("packing_slip", order)
    assert "3 pieces" in browser.get(place).content.decode()
    link = f"{place}?shipment={parcel.public_id}"
    assert link in browser.get(page("change", order)).content.decode()
    text = browser.get(link).content.decode()
    assert "2 pieces" in text
    assert "PP 7" in text
    assert "SOCKS" not in text
    foreign = ShipmentFactory(order__customer__store=store)
    for nonsense in (foreign.public_id, "abc", "", "a%00b"):
        answer = browser.get(f"{place}?shipment={nonsense}", follow=True)
        assert "The order has no such parcel." in answer.content.decode()


def test_the_invoice_of_an_order_is_a_click_away(browser, order):
    answer = browser.get(page("invoice", order), follow=True)
    assert "The order has no invoice yet." in answer.content.decode()
    invoice = InvoiceFactory(order=order)
    answer = browser.get(page("invoice", order))
    assert answer["Location"] == reverse("admin:orders_invoice_pdf", args=[invoice.pk])


# --- who may, and when ----------------------------------------------------------------------------
def test_what_is_not_possible_leads_back_with_the_reason(browser, store):
    pending, shipped, canceled = [
        OrderFactory(customer__store=store, state=one) for one in ("pending", "shipped", "canceled")
    ]
    for order, names in [
        (pending, ["ship", "mark_arrived", "packing_slip", "invoice"]),
        (shipped, ["ship", "cancel_order"]),
        (canceled, ["ship", "cancel_order", "mark_arrived", "packing_slip", "invoice"]),
    ]:
        text = browser.get(page("change", order)).content.decode()
        for name in names:
            assert page(name, order) not in text
            answer = browser.get(page(name, order), follow=True)
            assert answer.redirect_chain[0][0] == page("change", order)
            assert f"The order is {order.state}: this cannot be done" in answer.content.decode()


def test_an_order_whose_money_is_in_doubt_offers_no_shipping(browser, order):
    assert page("ship", order) in browser.get(page("change", order)).content.decode()
    Order.objects.update(attention="payment_held")
    assert page("ship", order) not in browser.get(page("change", order)).content.decode()


def test_what_was_placed_elsewhere_is_neither_shipped_nor_canceled(browser, store):
    past = OrderFactory(customer__store=store, state="paid", source="shop", external_number="#1")
    text = browser.get(page("change", past)).content.decode()
    for name in ("ship", "cancel_order", "mail", "invoice"):
        assert page(name, past) not in text


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("warehouse", {"ship", "mark_arrived", "packing_slip"}),
        ("support", {"cancel_order", "note", "mail", "packing_slip", "invoice"}),
        ("finance", {"packing_slip", "invoice"}),
    ],
)
def test_a_role_acts_as_its_scopes_allow(store, order, role, allowed):
    person = UserFactory(store=store, is_staff=True, roles=[role])
    browser = browser_of(person)
    text = browser.get(page("change", order)).content.decode()
    for name in ACTS:
        seen = page(name, order) in text
        assert seen == (name in allowed - {"mark_arrived"}), name
        if name not in allowed:
            assert browser.get(page(name, order)).status_code == 403
            assert browser.post(page(name, order), {"reason": "x"}).status_code == 403
    assert (state(order), acts(order, person)) == ("paid", [])


def test_an_order_of_another_store_is_not_acted_on(browser, clerk):
    foreign = OrderFactory(state="paid")
    for name in ACTS:
        assert browser.get(page(name, foreign)).status_code == 302
        answer = browser.post(page(name, foreign), {"reason": "x", "text": "x", "parcel": "all"})
        assert answer.status_code == 302
        for nonsense in ("x", "a%00b", "9" * 400):
            place = reverse(f"admin:orders_order_{name}", args=["1"]).replace(
                "/1/", f"/{nonsense}/"
            )
            assert browser.get(place).status_code == 302
    assert (state(foreign), acts(foreign, clerk)) == ("paid", [])
