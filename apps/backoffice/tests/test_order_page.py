"""The page of an order: everything about it in one place, and what each role sees of it."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import ApiKeyFactory, UserFactory
from apps.audit import services as audit
from apps.audit.models import AuditRecord
from apps.backoffice import timeline
from apps.core.money import Money
from apps.events import services as events
from apps.orders import services as orders
from apps.orders.letters import Letter
from apps.orders.models import Order, OrderLine
from apps.orders.tests.factories import OrderFactory, OrderLineFactory
from apps.payments import services as payments
from apps.payments.tests.conftest import ledger  # noqa: F401 - a fixture
from apps.payments.tests.factories import pay_order, place_order
from tests.statements import at_most

pytestmark = pytest.mark.usefixtures("unprinted_invoices")


@pytest.fixture
def browser(store):
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, roles=["manager"]))
    browser.get("/admin/")
    return browser


def page(order: Order, name: str = "change") -> str:
    return reverse(f"admin:orders_order_{name}", args=[order.pk])


def moments(browser: Client, order: Order) -> list[tuple[str, str, str]]:
    shown = browser.get(page(order)).context["timeline"].moments
    return [(one.kind, one.what, one.who) for one in shown]


@pytest.fixture
def worked_on(store, shopper, ledger) -> Order:  # noqa: F811
    """An order that several people, a machine and the system had to do with."""
    order = place_order(customer=shopper)
    payment = pay_order(order, "bad", key="first")
    assert payment.state == "failed"
    payment = pay_order(order, key="second")
    clerk = UserFactory(store=store, is_staff=True, email="clerk@shop.example")
    key = ApiKeyFactory(store=store, name="Packing machine")
    first, *_ = order.lines.all()
    known = {"store": store, "order_id": order.public_id}
    now = timezone.now()
    parcel = [orders.ShippedLine(line_id=first.public_id, quantity=1)]
    orders.ship_order(**known, lines=parcel, tracking_number="PP 7", by=key, now=now)
    payments.refund_payment(
        store=store,
        payment_id=payment.public_id,
        amount=Money(Decimal("5.00"), "EUR"),
        reason="Scratched",
        idempotency_key="x",
        by=clerk,
    )
    orders.record_note(**known, text="She <b>called</b>\ntwice", key=uuid4(), by=clerk, now=now)
    orders.request_mail(**known, letter=Letter.CONFIRMATION, about=None, key=uuid4(), by=clerk)
    events.deliver_pending()
    return order


def test_one_timeline_merges_all_that_happened(browser, worked_on):
    with at_most(20):
        answer = browser.get(page(worked_on))
    told = answer.context["timeline"].moments
    assert [one.at for one in told] == sorted([one.at for one in told], reverse=True)
    who = {(one.kind, one.what): one.who for one in told}
    assert who["State", "Pending"] == "customer"
    assert who["State", "Paid"] == "customer"
    assert who["Payment", "Payment of 34.90 EUR by ledger"] == "customer"
    assert who["Payment", "Captured 34.90 EUR by ledger"] == "customer"
    assert who["Shipment", "Goods left"].startswith("Packing machine")
    assert who["Refund", "Refund of 5.00 EUR, succeeded"] == "clerk@shop.example"
    assert who["Note", "Note"] == "clerk@shop.example"
    assert who["Act", "Mail asked for again"] == "clerk@shop.example"
    assert {one.what for one in told if one.kind == "Document"} >= {"Invoice 2026-000001"}
    mails = [one.what for one in told if one.kind == "Mail"]
    assert mails.count("Mail “Confirmation”, sent") == 2
    assert "Mail “On its way”, sent" in mails
    assert "Mail “Refunded”, sent" in mails
    tried = [one.detail for one in told if one.what == "Payment of 34.90 EUR by ledger"]
    assert {one.partition(":")[0] for one in tried} == {"Failed", "Captured"}
    text = answer.content.decode()
    assert "She &lt;b&gt;called&lt;/b&gt;<br>twice" in text
    assert "Scratched" in text


def test_who_may_not_see_payments_and_mails_sees_none_in_the_timeline(store, worked_on):
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, roles=["warehouse"]))
    kinds = {kind for kind, _, _ in moments(browser, worked_on)}
    assert kinds == {"State", "Shipment", "Note", "Act"}
    assert "34.90 EUR by ledger" not in browser.get(page(worked_on)).content.decode()


def test_a_long_order_costs_no_more_and_its_lines_come_in_pages(browser, store, monkeypatch):
    order = OrderFactory(customer__store=store, state="paid", line=None)
    variant = OrderLineFactory(order=order, sku="FIRST").variant
    OrderLine.objects.bulk_create(
        OrderLineFactory.build(
            order=order, variant=variant, position=place, sku=f"LINE-{place}", title="Thing"
        )
        for place in range(1, 200)
    )
    staff = UserFactory(store=store, is_staff=True)
    for number in range(60):
        orders.record_note(
            store=store,
            order_id=order.public_id,
            text=f"note {number}",
            key=uuid4(),
            by=staff,
            now=timezone.now(),
        )
    monkeypatch.setattr(timeline, "MOST", 50)
    with at_most(20):
        answer = browser.get(page(order))
    text = answer.content.decode()
    assert "LINE-99" in text
    assert "LINE-100" not in text
    assert "?lines-page=2#lines-group" in text
    assert "note 59" in text
    assert "note 9<" not in text
    assert "Only the newest 50 are shown." in text
    with at_most(20):
        assert "LINE-199" in browser.get(page(order), {"lines-page": 2}).content.decode()


def test_only_possible_acts_are_offered(browser, store):
    offered = {
        "pending": ["cancel_order", "note", "mail"],
        "paid": ["ship", "cancel_order", "note", "mail", "packing_slip", "invoice"],
        "shipped": ["mark_arrived", "note", "mail", "packing_slip", "invoice"],
        "delivered": ["note", "mail", "packing_slip", "invoice"],
        "canceled": ["note", "mail"],
        "refunded": ["note", "mail", "packing_slip", "invoice"],
    }
    for state, names in offered.items():
        order = OrderFactory(customer__store=store, state=state)
        acts = browser.get(page(order)).context["acts"]
        assert [one["path"] for one in acts] == [page(order, name) for name in names], state


def test_the_customer_is_a_link_for_who_may_look_at_customers(browser, store, worked_on):
    place = reverse("admin:accounts_user_change", args=[worked_on.customer_id])
    assert place in browser.get(page(worked_on)).content.decode()
    browser.force_login(UserFactory(store=store, is_staff=True, roles=["warehouse"]))
    text = browser.get(page(worked_on)).content.decode()
    assert place not in text
    assert worked_on.customer.email not in text


@pytest.mark.django_db(databases=["default", "audit"])
def test_every_act_is_on_record_with_whoever_did_it(store, shopper, ledger):  # noqa: F811
    """By its form, one after the other, as staff do it."""
    clerk = UserFactory(store=store, is_staff=True, roles=["manager"])
    browser = Client()
    browser.force_login(clerk)
    store.capture_at_shipment = True
    store.save()
    order, canceled = [place_order(customer=shopper) for _ in range(2)]
    pay_order(order)

    def act(on: Order, name: str, **said: str) -> None:
        form = browser.get(page(on, name)).context["form"]
        values = {field: form[field].value() for field in form.fields}
        body = {field: value for field, value in values.items() if value is not None} | said
        assert browser.post(page(on, name), body).status_code == 302

    act(order, "note", text="Packed with care")
    act(order, "mail", letter="orders/confirmation:None")
    act(order, "capture")
    act(order, "ship", carrier="Parcel Post")
    act(order, "mark_arrived", parcel="all")
    act(order, "refund", amount="4.90", reason="Late")
    act(canceled, "cancel_order", reason="Changed their mind")
    chosen = place_order(customer=shopper)
    bulk = {"action": "cancel", "_selected_action": [chosen.pk], "reason": "All of them"}
    browser.post("/admin/orders/order/", bulk)

    audit.record_events()
    mine = AuditRecord.objects.filter(actor=f"user:{clerk.public_id}").order_by("sequence")
    assert [one.name for one in mine if not one.name.startswith("reservation.")] == [
        "order.note_added",
        "order.mail_requested",
        "payment.captured",
        "invoice.issued",
        "shipment.created",
        "order.shipped",
        "shipment.delivered",
        "order.delivered",
        "refund.requested",
        "refund.succeeded",
        "credit_note.issued",
        "order.canceled",
        "order.canceled",
    ]
    kept = "".join(one.content for one in mine)
    for words in ("Packed with care", "Late", "Changed their mind", shopper.email):
        assert words not in kept
