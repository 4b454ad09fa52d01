"""What orders tell of people, and what stays when these are forgotten."""

import json

import pytest
from django.utils import timezone

from apps.accounts import data_registry
from apps.accounts import services as accounts
from apps.accounts.data_registry import Reason
from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent
from apps.inventory.models import Reservation
from apps.mail.models import SentMail
from apps.orders import services
from apps.orders.models import CartLine, Invoice, Order
from apps.orders.tests.factories import CartLineFactory, InvoiceFactory, OrderFactory, goods
from apps.stores.tests.factories import StoreFactory

ADDRESS = {"full_name": "Ada Lovelace", "street": "12 Main St", "city": "London", "country": "GB"}
NOTES = {"customer_note": "Ring twice", "staff_note": "Friendly"}


def exported(person):
    return json.loads("".join(accounts.export_person(person=person)))


def erased(person):
    report = accounts.erase_person(person=person, by=None)
    return {(one.section, one.reason): one.count for one in report.kept}


@pytest.fixture
def unpaid(store, shopper):
    return services.place_order_from_lines(
        store=store,
        customer=shopper,
        lines=[services.RequestedLine(variant=goods(store=store).sku, quantity=2)],
        shipping_address=ADDRESS,
        customer_note="Ring twice",
        by=shopper,
        now=timezone.now(),
    )


# --- export --------------------------------------------------------------------------------------
def test_exports_orders_with_all_that_belongs_to_them(shopper):
    order = OrderFactory(customer=shopper, state="shipped", **NOTES)

    (told,) = exported(shopper)["orders"]

    assert told["number"] == order.number
    assert told["total"] == {"amount": "14.90", "currency": "EUR"}
    assert told["shipping_address"]["street"] == "12 St James's Square"
    assert (told["customer_note"], told["staff_note"]) == ("Ring twice", "Friendly")
    assert [one["quantity"] for one in told["lines"]] == [1]
    assert [one["state"] for one in told["timeline"]] == ["pending", "paid", "shipped"]
    assert len(told["shipments"]) == 1


def test_exports_carts_and_documents(shopper):
    line = CartLineFactory(cart__owner=shopper, quantity=3)
    InvoiceFactory(order__customer=shopper)

    told = exported(shopper)

    assert told["carts"][0]["lines"] == [{"sku": line.variant.sku, "quantity": 3}]
    assert told["invoices"][0]["number"] == "2026-000001"
    assert told["invoices"][0]["content"]["buyer"]["city"] == "London"


def test_exports_nothing_of_others(shopper):
    OrderFactory(customer__store=shopper.store)

    assert exported(shopper)["orders"] == []


def test_exports_hundreds_of_orders_in_few_statements(shopper, django_assert_max_num_queries):
    OrderFactory.create_batch(30, customer=shopper)

    with django_assert_max_num_queries(20):
        assert len(exported(shopper)["orders"]) == 30


# --- erasure -------------------------------------------------------------------------------------
def test_an_unpaid_order_is_canceled_and_its_stock_given_back(shopper, unpaid):
    assert erased(shopper)["orders", Reason.ACCOUNTABILITY] == 1

    unpaid.refresh_from_db()
    assert unpaid.state == "canceled"
    assert set(unpaid.shipping_address.values()) == {""}
    assert unpaid.customer_note == ""
    assert not Reservation.objects.filter(state="active").exists()
    assert {"order.canceled", "customer.erased"} <= set(
        OutboxEvent.objects.values_list("name", flat=True)
    )


def test_nobody_is_written_to_any_more(shopper, unpaid):
    erased(shopper)

    events.deliver_pending()

    assert not SentMail.objects.exists()
    assert not Delivery.objects.filter(state="dead").exists()


def test_what_is_paid_and_under_way_stays_whole(shopper):
    order = OrderFactory(customer=shopper, state="paid", **NOTES)

    assert erased(shopper)["orders", Reason.CONTRACT] == 1

    order.refresh_from_db()
    assert order.shipping_address["city"] == "London"
    assert (order.customer_note, order.staff_note, order.version) == ("Ring twice", "Friendly", 1)


def test_books_are_kept_without_the_notes(shopper):
    order = OrderFactory(customer=shopper, state="delivered", **NOTES)
    InvoiceFactory(order=order)

    kept = erased(shopper)

    assert kept["orders", Reason.TAX_LAW] == 1
    assert kept["invoices", Reason.TAX_LAW] == 1
    order.refresh_from_db()
    assert (order.customer_note, order.staff_note) == ("", "")
    assert order.shipping_address["city"] == "London"
    assert Invoice.objects.get().content.buyer["city"] == "London"


def test_the_open_cart_is_emptied(shopper):
    CartLineFactory(cart__owner=shopper)

    erased(shopper)

    assert not CartLine.objects.exists()


def test_so_is_one_in_another_store_where_they_once_worked(shopper):
    elsewhere = StoreFactory()
    CartLineFactory(cart__owner=shopper, cart__store=elsewhere)

    erased(shopper)

    assert not CartLine.objects.exists()


def test_nothing_of_others_is_touched(shopper):
    order = OrderFactory(customer__store=shopper.store, state="delivered", **NOTES)
    CartLineFactory(cart__owner=order.customer)

    erased(shopper)

    order.refresh_from_db()
    assert order.customer_note == "Ring twice"
    assert order.customer.email
    assert CartLine.objects.count() == 1


def test_a_second_time_takes_what_has_become_free_and_announces_nothing_anew(shopper):
    order = OrderFactory(customer=shopper, state="shipped", **NOTES)
    erased(shopper)
    Order.objects.update(state="delivered")

    assert ("orders", Reason.CONTRACT) not in erased(shopper)

    order.refresh_from_db()
    assert order.customer_note == ""
    assert OutboxEvent.objects.filter(name="customer.erased").count() == 1


def test_it_happens_as_a_whole_or_not_at_all(shopper, unpaid, monkeypatch):
    def fails(_):
        raise RuntimeError("the disk is full")

    section = data_registry.Section(name="last", rows=lambda _: [], forget=fails)
    monkeypatch.setitem(data_registry._sections, "account", section)

    with pytest.raises(RuntimeError):
        erased(shopper)

    shopper.refresh_from_db()
    unpaid.refresh_from_db()
    assert (shopper.is_active, unpaid.state) == (True, "pending")
