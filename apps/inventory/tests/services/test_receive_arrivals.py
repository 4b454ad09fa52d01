from uuid import uuid4

import pytest
from django.db import transaction

from apps.catalog.tests.factories import VariantFactory
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.errors import AlreadyMoved, InvalidQuantity, NotInStore, TooMuchStock
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.services import Arrival
from apps.inventory.tests.factories import MainWarehouseFactory, StockItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def main(store):
    return MainWarehouseFactory(store=store)


@pytest.fixture
def shirt(store, main):
    return StockItemFactory(variant__product__store=store, variant__sku="SHIRT", warehouse=main)


def receive(store, *arrivals, reference=None):
    with transaction.atomic():
        return inventory.receive_arrivals(
            store=store, arrivals=arrivals, by=None, reference=reference
        )


def test_goods_are_added_to_what_is_there_each_with_its_note(store, main, shirt):
    new = VariantFactory(product__store=store, sku="NEW")

    items = receive(
        store,
        Arrival(variant=new, warehouse=main, quantity=3),
        Arrival(variant=shirt.variant, warehouse=main, quantity=5, note="Box 7"),
    )

    assert [(item.variant.sku, item.on_hand) for item in items] == [("NEW", 3), ("SHIRT", 15)]
    moved = StockMovement.objects.exclude(quantity=10).order_by("quantity")
    assert list(moved.values_list("quantity", "on_hand_after", "note")) == [
        (3, 3, ""),
        (5, 15, "Box 7"),
    ]
    new.refresh_from_db()
    assert new.in_stock
    assert OutboxEvent.objects.filter(name="stock.received").count() == 2


@pytest.mark.parametrize(
    ("quantity", "refusal"), [(0, InvalidQuantity), (1_000_000_000, TooMuchStock)]
)
def test_one_that_cannot_be_keeps_all_of_them_out(store, main, shirt, quantity, refusal):
    other = VariantFactory(product__store=store)

    with pytest.raises(refusal):
        receive(
            store,
            Arrival(variant=other, warehouse=main, quantity=1),
            Arrival(variant=shirt.variant, warehouse=main, quantity=quantity),
        )

    assert list(StockItem.objects.values_list("variant__sku", "on_hand")) == [("SHIRT", 10)]


def test_under_a_reference_it_is_done_once(store, main, shirt):
    arrival = Arrival(variant=shirt.variant, warehouse=main, quantity=5)
    reference = uuid4()
    receive(store, arrival, reference=reference)

    with pytest.raises(AlreadyMoved):
        receive(store, arrival, reference=reference)

    assert StockItem.objects.get().on_hand == 15


def test_another_stores_goods_are_refused(store, main):
    foreign = VariantFactory()

    with pytest.raises(NotInStore):
        receive(store, Arrival(variant=foreign, warehouse=main, quantity=5))

    assert not StockItem.objects.exists()
