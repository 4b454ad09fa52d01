"""Several requests at once, on connections of their own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from apps.catalog import services as catalog
from apps.catalog.errors import ProductHasSales
from apps.catalog.models import Product, Variant
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.errors import OutOfStock, ReservationLost
from apps.inventory.models import StockItem
from apps.orders import services
from apps.orders.errors import NotForSale, OrderNotPayable, OrderStateConflict
from apps.orders.holders import CartHolder
from apps.orders.models import Cart, CartLine, Order, Shipment
from apps.orders.services import RequestedLine
from apps.orders.tests.factories import CartLineFactory, goods
from conftest import client_of
from tests.threads import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ADDRESS = {"full_name": "Ada Lovelace", "street": "A", "city": "London", "country": "GB"}


def code_of(answer) -> str:
    return "ok" if answer.status_code < 300 else answer.json()["code"]


def test_ten_first_adds_make_one_cart_with_one_line(shopper, store):
    variant = goods(store=store)
    holder = CartHolder(store=store, person=shopper)
    at_once(*[lambda: services.add_to_cart(holder=holder, variant=variant.sku, quantity=1)] * 10)
    assert Cart.objects.count() == 1
    assert CartLine.objects.get().quantity == 10


def test_five_logins_merge_a_guests_cart_once(shopper, store):
    shirt, socks = goods(store=store), goods(store=store)
    guest = APIClient()
    token = guest.post("/api/v1/cart/items", {"sku": shirt.sku, "quantity": 2})["X-Cart-Token"]
    holder = CartHolder(store=store, person=shopper, token=token)
    at_once(
        *[lambda: services.merge_guest_cart(holder=holder)] * 4,
        lambda: services.add_to_cart(holder=holder, variant=socks.sku, quantity=1),
    )
    open_cart = Cart.objects.get(state="open")
    assert dict(open_cart.lines.values_list("variant__sku", "quantity")) == {
        shirt.sku: 2,
        socks.sku: 1,
    }
    assert Cart.objects.filter(state="merged").count() == 1
    assert OutboxEvent.objects.filter(name="cart.merged").count() == 1


def test_two_tabs_order_one_cart_once(shopper, store):
    CartLineFactory(cart__owner=shopper, variant=goods(store=store), quantity=2)

    def tab(key: str) -> Callable[[], str]:
        client = client_of(shopper)
        return lambda: code_of(
            client.post(
                "/api/v1/orders", {"shipping_address": ADDRESS}, headers={"Idempotency-Key": key}
            )
        )

    answers = at_once(tab("first"), tab("second"), tab("third"))
    assert sorted(answers) == ["cart_already_ordered", "cart_already_ordered", "ok"]
    assert Order.objects.count() == 1
    assert StockItem.objects.get().reserved == 2


def test_one_key_at_once_orders_once(shopper, store):
    CartLineFactory(cart__owner=shopper, variant=goods(store=store))
    client = client_of(shopper)
    answers = at_once(
        *[
            lambda: client.post(
                "/api/v1/orders", {"shipping_address": ADDRESS}, headers={"Idempotency-Key": "k"}
            )
        ]
        * 5
    )
    assert {code_of(answer) for answer in answers} <= {"ok", "request_in_progress"}
    assert Order.objects.count() == 1


def test_what_is_added_during_checkout_is_in_the_order_or_in_the_next_cart(shopper, store):
    shirt, socks = goods(store=store), goods(store=store)
    line = CartLineFactory(cart__owner=shopper, variant=shirt)
    holder = CartHolder(store=store, person=shopper)
    order, _ = at_once(
        lambda: services.place_order_from_cart(
            store=store, customer=shopper, shipping_address=ADDRESS, by=shopper, now=timezone.now()
        ),
        lambda: services.add_to_cart(holder=holder, variant=socks.sku, quantity=1),
    )
    ordered = set(order.lines.values_list("sku", flat=True))
    open_lines = CartLine.objects.filter(cart__state="open")
    kept = set(open_lines.values_list("variant__sku", flat=True))
    assert (ordered, kept) in [({shirt.sku, socks.sku}, set()), ({shirt.sku}, {socks.sku})]
    assert set(line.cart.lines.values_list("variant__sku", flat=True)) == ordered


def test_a_payment_and_a_cancelation_do_not_both_happen(shopper, store):
    for _ in range(5):
        variant = goods(store=store)
        order = services.place_order_from_lines(
            store=store,
            customer=shopper,
            lines=[RequestedLine(variant=variant.sku, quantity=3)],
            shipping_address=ADDRESS,
            by=shopper,
            now=timezone.now(),
        )

        def pay(order: Order = order) -> str:
            try:
                with transaction.atomic():
                    locked = services.lock_order(store=store, order_id=order.public_id)
                    return services.mark_order_paid(
                        order=locked, by=shopper, now=timezone.now()
                    ).state
            except OrderNotPayable as refusal:
                return refusal.code

        def cancel(order: Order = order) -> str:
            return services.cancel_order(
                store=store, order_id=order.public_id, by=shopper, reason="", now=timezone.now()
            ).state

        outcome = at_once(pay, cancel)
        assert outcome in [["paid", "canceled"], ["order_not_payable", "canceled"]]
        stock = StockItem.objects.get(variant=variant)
        assert (stock.on_hand, stock.reserved) == (10, 0)


def test_a_variant_is_ordered_or_deleted_but_not_both(shopper, staff, store):
    for _ in range(5):
        variant = goods(store=store)
        Product.objects.filter(pk=variant.product_id).update(first_sold_at=None)

        def order(sku: str = variant.sku) -> str:
            try:
                services.place_order_from_lines(
                    store=store,
                    customer=shopper,
                    lines=[RequestedLine(variant=sku, quantity=1)],
                    shipping_address=ADDRESS,
                    by=shopper,
                    now=timezone.now(),
                )
            except (NotForSale, OutOfStock) as refusal:
                return refusal.code
            return "ordered"

        def delete(variant: Variant = variant) -> str:
            try:
                catalog.delete_variant(
                    store=store,
                    product_id=variant.product_id,
                    variant_id=variant.pk,
                    by=staff,
                    now=timezone.now(),
                )
            except ProductHasSales as refusal:
                return refusal.code
            return "deleted"

        assert at_once(order, delete) in [
            ["ordered", "product_has_sales"],
            ["out_of_stock", "deleted"],
            ["not_for_sale", "deleted"],
        ]


def test_shipping_and_canceling_have_one_winner(shopper, staff, store):
    order = services.place_order_from_lines(
        store=store,
        customer=shopper,
        lines=[RequestedLine(variant=goods(store=store).sku, quantity=3)],
        shipping_address=ADDRESS,
        by=shopper,
        now=timezone.now(),
    )
    with transaction.atomic():
        locked = services.lock_order(store=store, order_id=order.public_id)
        services.mark_order_paid(order=locked, by=shopper, now=timezone.now())
    details = {"store": store, "order_id": order.public_id, "by": staff, "now": timezone.now()}

    def tried(act: Callable[..., object], **more: str) -> Callable[[], str]:
        def run() -> str:
            try:
                act(**details, **more)
            except OrderStateConflict as refusal:
                return refusal.code
            return "done"

        return run

    outcome = at_once(
        tried(services.ship_order), tried(services.cancel_order, reason="sold elsewhere")
    )
    assert outcome in [["done", "order_state_conflict"], ["order_state_conflict", "done"]]
    order.refresh_from_db()
    shipped = outcome[0] == "done"
    assert order.state == ("shipped" if shipped else "canceled")
    assert Shipment.objects.count() == (1 if shipped else 0)
    assert StockItem.objects.get().on_hand == (7 if shipped else 10)


def test_a_sweep_and_a_payment_have_one_winner(shopper, store):
    placed = timezone.now() - timedelta(minutes=16)
    order = services.place_order_from_lines(
        store=store,
        customer=shopper,
        lines=[RequestedLine(variant=goods(store=store).sku, quantity=3)],
        shipping_address=ADDRESS,
        by=shopper,
        now=placed,
    )

    def pay() -> bool:
        try:
            with transaction.atomic():
                locked = services.lock_order(store=store, order_id=order.public_id)
                services.mark_order_paid(order=locked, by=shopper, now=timezone.now())
        except ReservationLost:
            return False
        return True

    paid, _ = at_once(pay, lambda: inventory.sweep_expired_reservations(now=timezone.now()))
    services.expire_order(order_id=order.public_id, now=timezone.now())
    order.refresh_from_db()
    stock = StockItem.objects.get()
    assert (order.state, stock.on_hand, stock.reserved) == (
        ("paid", 7, 0) if paid else ("canceled", 10, 0)
    )
