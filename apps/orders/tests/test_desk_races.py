"""Two members of staff at the page of one order, at the same moment; with the mutants."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.core.locking import LockingQuerySet
from apps.inventory.invariants import INVARIANTS as OF_STOCK
from apps.inventory.models import StockItem
from apps.orders import services
from apps.orders.invariants import INVARIANTS
from apps.orders.models import Order, OrderLine, Shipment
from apps.orders.services import RequestedLine
from apps.orders.tests.factories import goods
from tests.promises import broken_among
from tests.threads import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SHIPPED = "was shipped as you said"
CANCELED = "was canceled."
ALL = [*INVARIANTS, *OF_STOCK]


@pytest.fixture
def desks(store) -> list[Client]:
    """The browsers of two people."""
    browsers = [Client(), Client()]
    for one in browsers:
        one.force_login(UserFactory(store=store, is_staff=True, roles=["manager"]))
    return browsers


@pytest.fixture
def order(store, shopper) -> Order:
    """A paid order of four; six are left."""
    order = services.place_order_from_lines(
        store=store,
        customer=shopper,
        lines=[RequestedLine(variant=goods(store=store).sku, quantity=4)],
        shipping_address={},
        by=shopper,
        now=timezone.now(),
    )
    with transaction.atomic():
        locked = services.lock_order(store=store, order_id=order.public_id)
        services.mark_order_paid(order=locked, by=shopper, now=timezone.now())
    return order


def opened(browser: Client, order: Order, act: str, **said: object) -> Callable[[], str]:
    """A form that was opened and filled in; sent, it tells what the next page says."""
    page = reverse(f"admin:orders_order_{act}", args=[order.pk])
    form = browser.get(page).context["form"]
    values = {name: form[name].value() for name in form.fields}
    body = {name: value for name, value in values.items() if value is not None} | said

    def send() -> str:
        return browser.post(page, body, follow=True).content.decode()

    return send


def shipping(browser: Client, order: Order, quantity: int) -> Callable[[], str]:
    line = OrderLine.objects.get(order=order)
    return opened(browser, order, "ship", **{f"line_{line.pk}": quantity})


def as_it_is(order: Order) -> tuple[str, int, int]:
    """Its state, how many parcels have left, and how many are on the shelf."""
    on_hand = StockItem.objects.get().on_hand
    return Order.objects.get(pk=order.pk).state, Shipment.objects.count(), on_hand


def test_an_order_is_shipped_by_one_or_canceled_by_the_other(desks, order):
    ship = shipping(desks[0], order, 4)
    cancel = opened(desks[1], order, "cancel_order", reason="Sold elsewhere")

    shipped, canceled = at_once(ship, cancel)

    assert (SHIPPED in shipped, CANCELED in canceled, as_it_is(order)) in [
        (True, False, ("shipped", 1, 6)),
        (False, True, ("canceled", 0, 10)),
    ]
    assert "it is shipped now. Nothing was done." in canceled or (
        "The order is canceled." in shipped
    )
    assert broken_among(ALL) == []


def test_a_part_is_shipped_by_one_or_all_is_canceled_by_the_other(desks, order):
    ship = shipping(desks[0], order, 1)
    cancel = opened(desks[1], order, "cancel_order", reason="Sold elsewhere")

    shipped, canceled = at_once(ship, cancel)

    assert (SHIPPED in shipped, CANCELED in canceled, as_it_is(order)) in [
        (True, False, ("paid", 1, 6)),
        (False, True, ("canceled", 0, 10)),
    ]
    assert broken_among(ALL) == []


def test_of_two_who_ship_a_part_one_is_told_that_something_has_left(desks, order):
    """There is enough for both: who packs by what they saw would pack the same goods."""
    texts = at_once(*[shipping(one, order, 2) for one in desks])

    assert sorted(SHIPPED in text for text in texts) == [False, True]
    assert sum("look at it again" in text for text in texts) == 1
    assert OrderLine.objects.get().shipped_quantity == 2
    assert broken_among(ALL) == []


@pytest.fixture
def meanwhile(monkeypatch) -> Callable[[Callable[[], str]], list[str]]:
    """Without the order's lock: has something else done between the look at an order and the
    packing, and keeps what that told."""

    def have_done(act: Callable[[], str]) -> list[str]:
        told: list[str] = []
        waiting = [act]
        shipping = import_module("apps.orders.services.ship_order")
        pack = shipping._pack

        def pack_later(*parcel: Any) -> None:
            if waiting:
                told.extend(at_once(waiting.pop()))
            pack(*parcel)

        monkeypatch.setattr(shipping, "_pack", pack_later)
        monkeypatch.setattr(LockingQuerySet, "locked", lambda rows, **_: list(rows.order_by("pk")))
        return told

    return have_done


@pytest.mark.thorough
def test_mutant_without_the_orders_lock_a_part_of_what_is_canceled_leaves(desks, order, meanwhile):
    ship = shipping(desks[0], order, 1)
    canceled = meanwhile(opened(desks[1], order, "cancel_order", reason="Sold elsewhere"))

    assert SHIPPED in ship()

    assert CANCELED in canceled[0]
    assert as_it_is(order) == ("canceled", 1, 10)
    assert broken_among(ALL) == [
        "an order is shipped when all of it has left, and nothing leaves unless it is paid"
    ]


@pytest.mark.thorough
def test_mutant_without_the_orders_lock_nobody_is_told_what_has_left(desks, order, meanwhile):
    ship = shipping(desks[0], order, 2)
    shipped = meanwhile(shipping(desks[1], order, 2))

    assert SHIPPED in ship()

    assert SHIPPED in shipped[0]
    assert broken_among(ALL) == [
        "what has left of an order line is in its shipments, or all of it left elsewhere"
    ]
