from datetime import timedelta
from typing import Any
from uuid import uuid4

import factory
from django.utils import timezone

from apps.catalog.models import Variant
from apps.catalog.tests.factories import VariantFactory, listed
from apps.inventory.models import LowStock, Reservation, StockItem, StockMovement, Warehouse
from apps.stores.tests.factories import StoreFactory


class WarehouseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Warehouse

    store = factory.SubFactory(StoreFactory)
    code = factory.Sequence(lambda n: f"warehouse-{n}")
    name = factory.LazyAttribute(lambda warehouse: f"{warehouse.code.capitalize()} warehouse")


class MainWarehouseFactory(WarehouseFactory):
    """The default warehouse that every store has or gets."""

    class Meta:
        model = Warehouse
        django_get_or_create = ("store", "code")

    code = "main"
    is_default = True


class StockItemFactory(factory.django.DjangoModelFactory):
    """Ten of a variant, with the receipt in the ledger and the variant shown as in stock."""

    class Meta:
        model = StockItem
        skip_postgeneration_save = True

    variant = factory.SubFactory(VariantFactory)
    store = factory.SelfAttribute("variant.store")
    warehouse = factory.SubFactory(MainWarehouseFactory, store=factory.SelfAttribute("..store"))
    on_hand = 10

    @factory.post_generation
    def receipt(item: StockItem, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        if item.on_hand:
            StockMovementFactory(stock_item=item, quantity=item.on_hand)
            Variant.with_deleted.filter(pk=item.variant_id).update(in_stock=True)
            item.variant.in_stock = True
            listed(item.variant.product)


class LowStockFactory(StockItemFactory):
    """Three of a variant: fewer than the usual number with which staff are told."""

    class Meta:
        model = LowStock
        skip_postgeneration_save = True

    on_hand = 3


class StockMovementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StockMovement

    stock_item = factory.SubFactory(StockItemFactory, on_hand=0)
    store = factory.SelfAttribute("stock_item.store")
    kind = StockMovement.Kind.RECEIVED
    quantity = 10
    on_hand_after = factory.SelfAttribute("quantity")
    actor = "system"


class ReservationFactory(factory.django.DjangoModelFactory):
    """One held for a quarter of an hour; the stock row says so too."""

    class Meta:
        model = Reservation
        skip_postgeneration_save = True

    stock_item = factory.SubFactory(StockItemFactory)
    store = factory.SelfAttribute("stock_item.store")
    reference = factory.LazyFunction(uuid4)
    quantity = 1
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=15))

    @factory.post_generation
    def held(row: Reservation, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        row.stock_item.reserved += row.quantity
        row.stock_item.save(update_fields=["reserved"])
