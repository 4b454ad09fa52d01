from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.core.transactions import TransactionRequired
from apps.events.models import OutboxEvent
from apps.orders import services
from apps.orders.errors import OrderStateConflict
from apps.orders.models import Invoice, InvoiceSeries, Order, OrderLine
from apps.orders.tests.factories import OrderFactory, OrderLineFactory
from apps.stores.models import Store
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@transaction.atomic
def issue(order: Order, *, now: datetime = NOON) -> Invoice:
    locked = services.lock_order(store=order.store, order_id=order.public_id)
    return services.issue_invoice(order=locked, by=locked.customer, now=now)


def paid_order(**fields) -> Order:
    return OrderFactory(state="paid", **fields)


def test_an_invoice_says_who_sold_what_to_whom(shopper, store):
    Store.objects.filter(pk=store.pk).update(
        legal_name="Tradepost GmbH",
        legal_address="Musterweg 1\r\n10115 Berlin",
        tax_number="DE123456789",
        email="shop@tradepost.example",
    )
    order = OrderFactory(
        state="paid",
        customer=shopper,
        number="K7QF-9W2M",
        placed_at=NOON,
        line__sku="SHIRT",
        line__title="A shirt",
        line__variant_title="blue",
    )
    invoice = issue(order)
    invoice.refresh_from_db()
    assert (invoice.kind, invoice.number, invoice.issued_at) == ("invoice", "2026-000001", NOON)
    assert [str(one) for one in (invoice.net, invoice.tax, invoice.total)] == [
        "12.52 EUR",
        "2.38 EUR",
        "14.90 EUR",
    ]
    assert (invoice.order, invoice.customer, invoice.store) == (order, shopper, store)
    assert invoice.snapshot == {
        "seller": {
            "name": "Tradepost GmbH",
            "address": ["Musterweg 1", "10115 Berlin"],
            "tax_number": "DE123456789",
            "email": "shop@tradepost.example",
        },
        "buyer": order.shipping_address,
        "order_number": "K7QF-9W2M",
        "ordered_at": "2026-11-20T12:00:00+00:00",
        "lines": [
            {
                "sku": "SHIRT",
                "title": "A shirt",
                "variant_title": "blue",
                "quantity": 1,
                "unit_price": "10.00",
                "total": "10.00",
            }
        ],
        "subtotal": "10.00",
        "discount": "0.00",
        "shipping": "4.90",
        "tax_rate": "0.1900",
        "prices_include_tax": True,
        "time_zone": "UTC",
        "corrects": "",
        "reason": "",
    }


def test_tax_that_prices_exclude_is_in_the_total_and_not_in_the_net(db):
    order = paid_order(
        prices_include_tax=False, tax_amount=Decimal("2.83"), total_amount=Decimal("17.73")
    )
    invoice = issue(order)
    assert [str(one) for one in (invoice.net, invoice.tax, invoice.total)] == [
        "14.90 EUR",
        "2.83 EUR",
        "17.73 EUR",
    ]


def test_what_nothing_was_paid_for_has_an_invoice_over_nothing(db):
    order = paid_order(
        subtotal_amount=0, shipping_amount=0, tax_amount=0, total_amount=0, line=None
    )
    OrderLineFactory(order=order, unit_price_amount=0)
    assert str(issue(order).total) == "0.00 EUR"


def test_a_shop_without_legal_name_sells_under_its_own(db):
    order = paid_order(customer__store=StoreFactory(name="Corner shop"))
    seller = issue(order).content.seller
    assert (seller.name, seller.address, seller.tax_number) == ("Corner shop", [], "")


def test_an_invoice_is_announced_without_a_name(shopper):
    order = paid_order(customer=shopper)
    invoice = issue(order)
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_type) == ("invoice.issued", "invoice")
    assert (event.aggregate_id, event.actor) == (invoice.public_id, f"user:{shopper.public_id}")
    assert event.payload == {
        "number": "2026-000001",
        "order_id": str(order.public_id),
        "total": {"amount": "14.90", "currency": "EUR"},
    }


def test_an_order_has_one_invoice_however_often_it_is_asked_for(db):
    order = paid_order()
    assert issue(order) == issue(order)
    assert Invoice.objects.count() == OutboxEvent.objects.count() == 1
    assert InvoiceSeries.objects.get().last == 1


def test_numbers_count_up_for_each_store_by_itself(db):
    here, there = StoreFactory(), StoreFactory()
    stores = [here, here, there, here, there]
    numbers = [issue(paid_order(customer__store=store)).number for store in stores]
    assert numbers == ["2026-000001", "2026-000002", "2026-000001", "2026-000003", "2026-000002"]


@pytest.mark.parametrize(
    ("time_zone", "number"),
    [
        ("UTC", "2026-000001"),
        ("Europe/Berlin", "2027-000001"),
        ("America/New_York", "2026-000001"),
    ],
)
def test_a_year_begins_where_the_store_is(db, time_zone, number):
    order = paid_order(customer__store=StoreFactory(time_zone=time_zone))
    invoice = issue(order, now=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    assert invoice.number == number
    assert invoice.content.date_of(invoice.issued_at)[:4] == number[:4]


def test_a_new_year_counts_from_one_again(db, store):
    for now in (NOON, NOON.replace(year=2027)):
        issue(paid_order(customer__store=store), now=now)
    assert sorted(Invoice.objects.values_list("number", flat=True)) == [
        "2026-000001",
        "2027-000001",
    ]


def test_a_number_above_a_million_is_written_out(db, store):
    InvoiceSeries.objects.create(store=store, kind="invoice", year=2026, last=999_999)
    assert issue(paid_order(customer__store=store)).number == "2026-1000000"


@pytest.mark.parametrize("state", ["pending", "canceled"])
def test_what_was_never_paid_has_no_invoice(db, state):
    order = OrderFactory(state=state)
    with pytest.raises(OrderStateConflict) as refusal:
        issue(order)
    assert refusal.value.extensions == {"state": state, "wanted": "paid"}
    assert not Invoice.objects.exists()
    assert not InvoiceSeries.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_an_invoice_stays_as_it_was_issued(db):
    order = paid_order(line__title="A shirt")
    before = issue(order).snapshot
    Store.objects.update(legal_name="Somebody else")
    Order.objects.update(shipping_address={"full_name": "Somebody else"})
    OrderLine.objects.update(title="Something else")
    assert Invoice.objects.get().snapshot == before


def test_an_invoice_is_neither_changed_nor_deleted(db):
    invoice = issue(paid_order())
    invoice.total_amount = 0
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        invoice.save()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Invoice.objects.all().delete()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Invoice.objects.update(snapshot={})
    assert str(Invoice.objects.get().total) == "14.90 EUR"


def test_an_invoice_takes_four_statements_however_long_it_is(store):
    order = paid_order(line=None)
    for position in range(5):
        OrderLineFactory(order=order, position=position)
    with transaction.atomic():
        locked = services.lock_order(store=order.store, order_id=order.public_id)
        with at_most(4):
            services.issue_invoice(order=locked, by=None, now=NOON)


@pytest.mark.django_db(transaction=True)
def test_a_number_is_taken_in_a_transaction_only():
    order = paid_order()
    with pytest.raises(TransactionRequired):
        services.issue_invoice(order=order, by=None, now=NOON)
    with pytest.raises(TransactionRequired):
        InvoiceSeries.take(store=order.store, kind="invoice", year=2026)
    assert not InvoiceSeries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rollback_gives_the_number_back(store):
    lost, kept = paid_order(customer__store=store), paid_order(customer__store=store)

    class PowerGone(Exception):
        pass

    with pytest.raises(PowerGone), transaction.atomic():
        assert issue(lost).number == "2026-000001"
        raise PowerGone
    assert not Invoice.objects.exists()
    assert issue(kept).number == "2026-000001"
    assert issue(lost).number == "2026-000002"
