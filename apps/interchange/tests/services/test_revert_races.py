"""An import that is undone while what it brought is sold; with the mutants."""

import io
import time
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.catalog.invariants import INVARIANTS as OF_CATALOG
from apps.catalog.models import Product, Variant
from apps.core.errors import CommerceError
from apps.core.locking import LockingQuerySet
from apps.interchange import services
from apps.interchange.formats.lines import bounded_lines
from apps.interchange.formats.shopify import read_products
from apps.interchange.goods_delivery import GoodsDelivery
from apps.interchange.kinds import Import
from apps.interchange.models import ImportBatch
from apps.interchange.tests.factories import shopify_csv, shopify_row
from apps.inventory import ledger
from apps.inventory import services as inventory
from apps.inventory.invariants import INVARIANTS
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.services import Demand
from apps.inventory.tests.factories import MainWarehouseFactory, StockItemFactory
from apps.orders import services as orders
from tests.promises import broken_among
from tests.threads import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

LATER = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture
def main(store):
    return MainWarehouseFactory(store=store)


def delivered(main) -> tuple[StockItem, ImportBatch]:
    """Ten that were there before, and five that a delivery has brought."""
    item = StockItemFactory(variant__product__store=main.store, warehouse=main)
    content = f"sku,quantity\n{item.variant.sku},5\n".encode()
    batch = services.receive_delivery(
        delivery=GoodsDelivery(content=content, once=uuid4()),
        run=Import(store=main.store, by=None, now=timezone.now()),
    )
    return item, batch


def sell(item: StockItem, quantity: int) -> str:
    reference = uuid4()
    try:
        with transaction.atomic():
            inventory.reserve_stock(
                store=item.store,
                lines=[Demand(item.variant_id, quantity)],
                reference=reference,
                expires_at=LATER,
                by=None,
            )
    except CommerceError as refusal:
        return refusal.code
    with transaction.atomic():
        inventory.commit_stock(store=item.store, reference=reference, by=None)
    return "sold"


def undo(batch: ImportBatch) -> str:
    return str(services.revert_import(batch=batch, by=None, now=timezone.now()))


def left_after_undoing() -> set[int]:
    """What stood on the shelf when a delivery was taken off it, as the ledger has it."""
    rows = StockMovement.objects.filter(kind="adjusted")
    return set(rows.values_list("on_hand_after", flat=True))


def test_a_delivery_is_undone_or_its_goods_are_sold(main):
    for _ in range(5):
        item, batch = delivered(main)

        undone, sold = at_once(partial(undo, batch), partial(sell, item, 12))

        item.refresh_from_db()
        assert (undone, sold, item.on_hand) in [
            ("1 reverted, 0 refused", "out_of_stock", 10),
            ("0 reverted, 1 refused", "sold", 3),
        ]
    assert broken_among(INVARIANTS) == []


def test_a_delivery_of_which_some_is_sold_at_the_same_moment_is_undone_whole_or_not_at_all(main):
    for _ in range(5):
        item, batch = delivered(main)

        undone, *_ = at_once(partial(undo, batch), *[partial(sell, item, 2)] * 2)

        item.refresh_from_db()
        assert (undone, item.on_hand) in [
            ("1 reverted, 0 refused", 6),
            ("0 reverted, 1 refused", 11),
        ]
    assert left_after_undoing() <= {10}
    assert broken_among(INVARIANTS) == []


def test_of_two_who_undo_one_delivery_one_takes_it_off(main):
    item, batch = delivered(main)
    mine, theirs = (ImportBatch.objects.get(pk=batch.pk) for _ in range(2))

    undone = at_once(partial(undo, mine), partial(undo, theirs))

    assert sorted(undone) == ["0 reverted, 0 refused", "1 reverted, 0 refused"]
    item.refresh_from_db()
    assert item.on_hand == 10
    assert broken_among(INVARIANTS) == []


@pytest.mark.thorough
def test_mutant_without_a_lock_a_delivery_is_undone_after_it_was_sold(main, monkeypatch):
    item, batch = delivered(main)

    def read_before_it_is_sold(*, store, variant, warehouse, by):
        (row,) = StockItem.objects.of_variants([variant.pk])
        assert at_once(partial(sell, item, 4)) == ["sold"]
        return row, [row]

    adjusting = import_module("apps.inventory.services.adjust_stock")
    monkeypatch.setattr(adjusting, "open_stock", read_before_it_is_sold)

    assert undo(batch) == "1 reverted, 0 refused"
    assert left_after_undoing() == {6}


def imported(store) -> tuple[Variant, ImportBatch]:
    """A product that an import has brought, with five of it."""
    sku = f"A-{uuid4().hex[:8]}"
    row = shopify_row(handle=sku.lower(), variant_sku=sku, variant_inventory_qty="5")
    report = services.import_products(
        store=store,
        records=read_products(bounded_lines(io.BytesIO(shopify_csv(row))), currency="EUR"),
        load_picture=lambda path: b"",
        by=None,
        now=timezone.now(),
    )
    batch = ImportBatch.objects.get(public_id=report.batch)
    return Variant.objects.get(sku=sku), batch


def order(variant: Variant, shopper) -> str:
    try:
        orders.place_order_from_lines(
            store=variant.store,
            customer=shopper,
            lines=[orders.RequestedLine(variant=variant.sku, quantity=3)],
            shipping_address={"full_name": "Ada Lovelace", "city": "London", "country": "GB"},
            by=shopper,
            now=timezone.now(),
        )
    except CommerceError as refusal:
        return refusal.code
    return "ordered"


def undone_and_ordered(store, shopper, *, pause: float) -> tuple[str, str, bool, int]:
    """How it ends when somebody orders a product, and another undoes its import a moment later."""
    variant, batch = imported(store)

    def undo_later() -> str:
        time.sleep(pause)
        return undo(batch)

    undone, ordered = at_once(undo_later, partial(order, variant, shopper))

    is_there = Product.objects.filter(pk=variant.product_id).exists()
    return undone, ordered, is_there, StockItem.objects.get(variant=variant.pk).on_hand


def test_a_product_is_taken_out_again_or_ordered(store, shopper):
    for pause in (0, 0.01, 0.01, 0.02, 0.02, 0.03):
        assert undone_and_ordered(store, shopper, pause=pause) in [
            ("1 reverted, 0 refused", "product_unavailable", False, 0),
            ("1 reverted, 0 refused", "out_of_stock", False, 0),
            ("1 reverted, 0 refused", "ordered", True, 5),  # it is hidden
        ]
        assert broken_among([*INVARIANTS, *OF_CATALOG]) == []


@pytest.mark.thorough
def test_mutant_without_locks_only_the_database_keeps_what_was_ordered(store, shopper, monkeypatch):
    variant, batch = imported(store)
    move = ledger.move

    def move_behind_an_order(**what: Any) -> None:
        assert at_once(partial(order, variant, shopper)) == ["ordered"]
        move(**what)

    monkeypatch.setattr(LockingQuerySet, "locked", lambda rows, **_: list(rows.order_by("pk")))
    monkeypatch.setattr(ledger, "move", move_behind_an_order)

    with pytest.raises(IntegrityError, match="reserved_not_above_on_hand"):
        undo(batch)
