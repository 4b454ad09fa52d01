from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.core import mail as outbox
from django.db import transaction

from apps.accounts.tests.factories import UserFactory
from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.errors import InvalidQuantity, NotInStore
from apps.inventory.services import Demand
from apps.inventory.tests.factories import (
    MainWarehouseFactory,
    ReservationFactory,
    StockItemFactory,
    WarehouseFactory,
)
from apps.mail.models import SentMail
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most
from tests.threads import at_once

pytestmark = pytest.mark.django_db

LATER = datetime(2999, 1, 1, tzinfo=UTC)
DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def shirts(store):
    """Seven shirts."""
    return StockItemFactory(
        variant__product__store=store,
        variant__product__title="Shirt <of linen>",
        variant__sku="SHIRT",
        on_hand=7,
    )


@pytest.fixture
def bob(store):
    return UserFactory(store=store, is_staff=True, email="bob@example.com")


def reserve(item, quantity: int) -> None:
    with transaction.atomic():
        inventory.reserve_stock(
            store=item.store,
            lines=[Demand(item.variant_id, quantity)],
            reference=uuid4(),
            expires_at=LATER,
            by=None,
        )


def told() -> list[tuple[str, int]]:
    rows = OutboxEvent.objects.filter(name="stock.low").order_by("pk")
    return [(row.payload["warehouse"], row.payload["available"]) for row in rows]


def written_to() -> list[str]:
    return [address for message in outbox.outbox for address in message.to]


# --- the fact ------------------------------------------------------------------------------------
@pytest.mark.parametrize("locking", ["row", "row+redis", "optimistic"])
def test_the_sale_that_crosses_the_edge_tells_and_no_other(shirts, settings, locking):
    settings.INVENTORY_LOCKING = locking
    reserve(shirts, 1)
    assert told() == []
    reserve(shirts, 2)
    assert told() == [("main", 4)]
    reserve(shirts, 2)
    assert told() == [("main", 4)]


def test_it_costs_no_statement(shirts):
    lines = [Demand(shirts.variant_id, 3)]
    with transaction.atomic(), at_most(3):
        inventory.reserve_stock(
            store=shirts.store, lines=lines, reference=uuid4(), expires_at=LATER, by=None
        )
    assert told() == [("main", 4)]


def test_it_is_told_with_the_sale_or_not_at_all(shirts):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        reserve(shirts, 3)
        raise ZeroDivisionError
    assert told() == []


def test_goods_that_were_let_go_may_run_low_again(shirts):
    reference = uuid4()
    with transaction.atomic():
        inventory.reserve_stock(
            store=shirts.store,
            lines=[Demand(shirts.variant_id, 3)],
            reference=reference,
            expires_at=LATER,
            by=None,
        )
        inventory.release_stock(store=shirts.store, reference=reference, by=None)
    reserve(shirts, 2)
    assert told() == [("main", 4), ("main", 5)]


def test_a_count_may_show_that_it_is_low(shirts, staff):
    inventory.adjust_stock(
        store=shirts.store,
        variant=shirts.variant,
        quantity=5,
        expected_on_hand=7,
        reason="counted",
        by=staff,
    )
    assert told() == [("main", 5)]


def test_a_transfer_tells_of_the_warehouse_that_gave(shirts, staff):
    inventory.transfer_stock(
        store=shirts.store,
        variant=shirts.variant,
        quantity=3,
        source=shirts.warehouse,
        destination=WarehouseFactory(store=shirts.store, code="north"),
        by=staff,
    )
    assert told() == [("main", 4)]


def test_each_warehouse_has_an_edge_of_its_own(shirts):
    north = WarehouseFactory(store=shirts.store, code="north", priority=200)
    StockItemFactory(variant=shirts.variant, warehouse=north, on_hand=7, low_stock_threshold=6)
    reserve(shirts, 8)
    assert sorted(told()) == [("main", 0), ("north", 6)]


@pytest.mark.django_db(transaction=True)
def test_of_many_buyers_at_once_one_crosses_the_edge(store):
    item = StockItemFactory(variant__product__store=store, on_hand=10)
    at_once(*(partial(reserve, item, 1) for _ in range(8)))
    assert told() == [("main", 5)]


# --- the threshold -------------------------------------------------------------------------------
def test_another_threshold_is_an_event(shirts, staff):
    for _ in range(2):
        inventory.change_low_stock_threshold(
            store=shirts.store, item_id=shirts.pk, threshold=2, by=staff
        )
    (event,) = OutboxEvent.objects.filter(name="stock.threshold_changed")
    assert event.payload == {
        "sku": "SHIRT",
        "warehouse": "main",
        "threshold": 2,
        "changes": {"threshold": [None, 2]},
    }
    assert event.actor == f"user:{staff.public_id}"
    shirts.refresh_from_db()
    assert (shirts.low_stock_threshold, shirts.on_hand, shirts.reserved) == (2, 7, 0)


@pytest.mark.parametrize("threshold", [-1, 1_000_000_001])
def test_a_threshold_that_nothing_reaches_is_refused(shirts, threshold):
    with pytest.raises(InvalidQuantity):
        inventory.change_low_stock_threshold(
            store=shirts.store, item_id=shirts.pk, threshold=threshold, by=None
        )
    shirts.refresh_from_db()
    assert shirts.low_stock_threshold is None


def test_another_stores_row_keeps_its_threshold(shirts):
    with pytest.raises(NotInStore):
        inventory.change_low_stock_threshold(
            store=StoreFactory(), item_id=shirts.pk, threshold=2, by=None
        )
    shirts.refresh_from_db()
    assert shirts.low_stock_threshold is None


# --- the alert -----------------------------------------------------------------------------------
def test_staff_are_told_by_mail(shirts, bob):
    reserve(shirts, 3)
    events.deliver_pending()

    (message,) = outbox.outbox
    assert message.to == ["bob@example.com"]
    assert message.subject == "Low stock: SHIRT (4 left)"
    assert message.body == (
        "Only 4 of SHIRT can still be sold from Main warehouse.\n"
        "\n"
        "Product: Shirt <of linen>\n"
        "On hand: 7, of which 3 reserved for orders\n"
        "Threshold: 5\n"
        "\n"
        "Until tomorrow you will not be told of it again.\n"
        "\n"
        "-- \n"
        "Tradepost\n"
    )
    html = message.alternatives[0].content
    assert "<h1>Only 4 of SHIRT left in Main warehouse</h1>" in html
    assert "Shirt &lt;of linen&gt;" in html
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_active_staff_of_the_store_hear_of_it_and_nobody_else(shirts, bob, store):
    UserFactory(store=store, is_staff=True, email="eve@example.com")
    UserFactory(store=store, is_staff=True, is_active=False, email="left@example.com")
    UserFactory(store=store, email="shopper@example.com")
    UserFactory(is_staff=True, email="other-store@example.com")

    reserve(shirts, 3)
    events.deliver_pending()

    assert written_to() == ["bob@example.com", "eve@example.com"]


def test_a_store_without_staff_hears_of_it_itself(shirts, store):
    store.email = "shop@shop.example"
    store.save()
    reserve(shirts, 3)
    events.deliver_pending()
    assert written_to() == ["shop@shop.example"]
    assert SentMail.objects.get().recipient == "store"


def test_a_store_without_anybody_is_no_failure(shirts):
    reserve(shirts, 3)
    events.deliver_pending()
    assert outbox.outbox == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_whoever_crosses_the_edge_all_day_makes_one_mail(shirts, bob):
    for _ in range(3):
        assert inventory.mail_low_stock(item_id=shirts.public_id, happened_at=NOON) == 0
    ReservationFactory(stock_item=shirts, quantity=4)
    for _ in range(3):
        assert inventory.mail_low_stock(item_id=shirts.public_id, happened_at=NOON) == 1
    assert len(outbox.outbox) == 1
    inventory.mail_low_stock(item_id=shirts.public_id, happened_at=NOON + timedelta(days=1))
    assert len(outbox.outbox) == 2


def test_a_day_ends_where_the_store_is(shirts, bob, store):
    store.time_zone = "Asia/Tokyo"
    store.save()
    ReservationFactory(stock_item=shirts, quantity=4)
    for hours in (-1, 2, 4):  # 20:00, 23:00 and 01:00 in Tokyo
        happened_at = NOON + timedelta(hours=hours)
        inventory.mail_low_stock(item_id=shirts.public_id, happened_at=happened_at)
    assert len(outbox.outbox) == 2


def test_what_was_restocked_meanwhile_is_no_news(shirts, bob, staff):
    reserve(shirts, 3)
    inventory.receive_stock(store=shirts.store, variant=shirts.variant, quantity=50, by=staff)
    events.deliver_pending()
    assert outbox.outbox == []


# --- the daily report ----------------------------------------------------------------------------
NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def test_what_is_low_is_reported_scarcest_first(store, bob):
    for sku, left in (("TWO", 2), ("NONE", 0), ("MANY", 50)):
        StockItemFactory(
            variant__product__store=store,
            variant__product__title=f"Goods <{sku}>",
            variant__sku=sku,
            on_hand=left,
        )

    assert inventory.report_low_stock(now=NOW) == 1
    events.deliver_pending()

    (message,) = outbox.outbox
    assert message.subject == "Low stock on 20 November 2026: 2 to look after"
    assert message.body == (
        "What is running out, scarcest first:\n"
        "\n"
        "0 left of NONE in Main warehouse (Goods <NONE>)\n"
        "2 left of TWO in Main warehouse (Goods <TWO>)\n"
        "\n"
        "-- \n"
        "Tradepost\n"
    )
    html = message.alternatives[0].content
    assert "<td>TWO</td><td>Goods &lt;TWO&gt;</td>" in html
    assert "MANY" not in html


def test_a_report_that_is_made_twice_is_mailed_once(store, bob):
    StockItemFactory(variant__product__store=store, on_hand=1)
    for _ in range(2):
        inventory.report_low_stock(now=NOW)
        events.deliver_pending()
    assert written_to() == ["bob@example.com"]


def test_each_store_has_its_own_report_on_its_own_day(store, bob):
    sydney = StoreFactory(name="Sydney", time_zone="Australia/Sydney")
    UserFactory(store=sydney, is_staff=True, email="syd@example.com")
    for shop in (store, sydney, StoreFactory(name="Nothing low")):
        StockItemFactory(
            variant__product__store=shop, on_hand=9 if shop.name == "Nothing low" else 1
        )

    assert inventory.report_low_stock(now=NOW) == 2
    events.deliver_pending()

    assert sorted((message.to[0], message.subject) for message in outbox.outbox) == [
        ("bob@example.com", "Low stock on 20 November 2026: 1 to look after"),
        ("syd@example.com", "Low stock on 21 November 2026: 1 to look after"),
    ]


def test_a_long_report_is_cut(store, bob):
    warehouse = MainWarehouseFactory(store=store)
    StockItemFactory.create_batch(
        102, variant__product__store=store, warehouse=warehouse, on_hand=0
    )
    with at_most(14):
        assert inventory.mail_low_stock_report(store_id=store.public_id, day=DAY) == 1
    (message,) = outbox.outbox
    assert message.subject == "Low stock on 20 November 2026: 102 to look after"
    assert message.body.count("0 left of") == 100
    assert "And 2 more." in message.body
    assert "And 2 more." in message.alternatives[0].content


def test_what_is_not_low_any_more_is_not_reported(store, bob):
    assert inventory.mail_low_stock_report(store_id=store.public_id, day=DAY) == 0
    assert inventory.report_low_stock(now=NOW) == 0
    assert outbox.outbox == []
    assert not OutboxEvent.objects.exists()
