import pytest
from django.utils import timezone

from apps.catalog.errors import ProductUnavailable
from apps.inventory.models import Reservation
from apps.orders import services
from apps.orders.errors import OrderNumberTaken
from apps.orders.models import Order
from apps.orders.services import RequestedLine, write_order
from apps.orders.tests.factories import OrderFactory, goods


def order_one(customer, variant):
    return services.place_order_from_lines(
        store=customer.store,
        customer=customer,
        lines=[RequestedLine(variant=variant.sku, quantity=1)],
        shipping_address={"full_name": "Ada Lovelace", "city": "London", "country": "GB"},
        by=customer,
        now=timezone.now(),
    )


def test_a_number_in_use_is_drawn_again(monkeypatch, shopper, store):
    OrderFactory(customer=shopper, number="K7QF-9W2M")
    drawn = iter(["K7QF-9W2M", "K7QF-9W2M", "K7QF-9W2N"])
    monkeypatch.setattr(write_order, "new_number", lambda: next(drawn))
    order = order_one(shopper, goods(store=store))
    assert order.number == "K7QF-9W2N"
    assert Reservation.objects.get().reference == order.public_id


def test_no_free_number_is_an_answer(monkeypatch, shopper, store):
    OrderFactory(customer=shopper, number="K7QF-9W2M")
    monkeypatch.setattr(write_order, "new_number", lambda: "K7QF-9W2M")
    with pytest.raises(OrderNumberTaken) as refusal:
        order_one(shopper, goods(store=store))
    assert (refusal.value.status, refusal.value.code) == (503, "order_number_taken")
    assert Order.objects.count() == 1
    assert not Reservation.objects.exists()


def test_two_stores_may_use_one_number(monkeypatch, shopper, store):
    OrderFactory(number="K7QF-9W2M")
    monkeypatch.setattr(write_order, "new_number", lambda: "K7QF-9W2M")
    assert order_one(shopper, goods(store=store)).number == "K7QF-9W2M"


def test_a_product_deleted_while_it_is_ordered_is_not_sold(monkeypatch, shopper, store):
    variant = goods(store=store)
    real = write_order.begin_history

    def meanwhile(**step):
        real(**step)
        variant.product.mark_deleted(now=timezone.now())

    monkeypatch.setattr(write_order, "begin_history", meanwhile)
    with pytest.raises(ProductUnavailable) as refusal:
        order_one(shopper, variant)
    assert refusal.value.code == "product_unavailable"
    assert not Order.objects.exists()
    assert not Reservation.objects.exists()


def test_an_address_keeps_its_known_fields_only(shopper, store):
    order = order_one(shopper, goods(store=store))
    assert order.shipping_address == {
        "full_name": "Ada Lovelace",
        "company": "",
        "street": "",
        "street_extra": "",
        "postal_code": "",
        "city": "London",
        "region": "",
        "country": "GB",
        "phone": "",
    }
