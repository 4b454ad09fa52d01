"""The same delivery is sent twice at the same moment."""

from contextlib import nullcontext
from functools import partial
from importlib import import_module
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.interchange import services
from apps.interchange.goods_delivery import GoodsDelivery
from apps.interchange.kinds import Import
from apps.interchange.models import ImportBatch
from apps.inventory.models import StockMovement
from apps.inventory.tests.factories import MainWarehouseFactory, StockItemFactory
from tests.threads import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hat(store):
    main = MainWarehouseFactory(store=store)
    sku = "HAT"
    return StockItemFactory(
        variant__product__store=store, variant__sku=sku, warehouse=main, on_hand=10
    )


@pytest.fixture
def receive(store, hat):
    delivery = GoodsDelivery(content=b"sku,quantity\nHAT,5\n", once=uuid4())
    run = Import(store=store, by=None, now=timezone.now())
    return partial(services.receive_delivery, delivery=delivery, run=run)


def test_it_is_received_once(receive, hat):
    batches = at_once(*[receive] * 4)

    hat.refresh_from_db()
    assert hat.on_hand == 15
    assert list(StockMovement.objects.order_by("pk").values_list("quantity", flat=True)) == [10, 5]
    assert {(batch.pk, batch.state, batch.changed) for batch in batches} == {
        (ImportBatch.objects.get().pk, "finished", 1)
    }


@pytest.mark.thorough
def test_mutant_without_the_stores_lock_one_of_them_fails_or_lies(
    receive, hat, monkeypatch, without_locks
):
    for name in ("receive_delivery", "run_import"):
        module = import_module(f"apps.interchange.services.{name}")
        monkeypatch.setattr(module, "import_lock", lambda _: nullcontext())

    def tried() -> int:
        try:
            return receive().changed
        except Exception:  # noqa: BLE001 - whatever it is: it is no receipt
            return -1

    told = at_once(*[tried] * 4)

    hat.refresh_from_db()
    assert (hat.on_hand, told) != (15, [1] * 4)
