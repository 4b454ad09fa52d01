from importlib import import_module

import pytest
from django.apps import apps

from apps.core.errors import PreconditionFailed
from apps.events import services as events
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.errors import NotInStore, WarehouseCodeTaken
from apps.inventory.models import Warehouse
from apps.inventory.tests.factories import MainWarehouseFactory, WarehouseFactory
from apps.stores.events import StoreCreated
from apps.stores.tests.factories import StoreFactory

pytestmark = pytest.mark.django_db


def test_the_default_store_has_a_warehouse_from_the_first_migration(store):
    Warehouse.objects.filter(store=store).delete()
    first = import_module("apps.inventory.migrations.0003_default_warehouse")
    first.create_default_warehouses(apps, None)
    warehouse = Warehouse.objects.get(store=store)

    assert (warehouse.code, warehouse.is_default) == ("main", True)
    assert inventory.ensure_warehouse(store=store, by=None) == warehouse
    assert not OutboxEvent.objects.exists()


def test_a_store_without_a_default_uses_the_first_by_priority():
    store = StoreFactory()
    WarehouseFactory(store=store, code="north", priority=2)
    south = WarehouseFactory(store=store, code="south", priority=1)

    assert inventory.ensure_warehouse(store=store, by=None) == south


def test_opens_a_warehouse(store, staff):
    warehouse = inventory.create_warehouse(
        store=store, code="north", name="North", priority=5, by=staff
    )

    assert Warehouse.objects.get(code="north") == warehouse
    assert not warehouse.is_default
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("warehouse.created", warehouse.public_id)


def test_refuses_a_code_that_is_taken(store):
    MainWarehouseFactory(store=store)
    with pytest.raises(WarehouseCodeTaken) as refused:
        inventory.create_warehouse(store=store, code="main", name="Main", priority=5, by=None)

    assert refused.value.code == "warehouse_code_taken"
    assert Warehouse.objects.filter(store=store).count() == 1


def test_becoming_the_default_takes_it_from_the_other(store):
    main = MainWarehouseFactory(store=store)
    north = WarehouseFactory(store=store, code="north")

    inventory.update_warehouse(
        store=store, warehouse_id=north.pk, name="Far north", priority=7, is_default=True, by=None
    )

    north.refresh_from_db()
    main.refresh_from_db()
    assert (north.name, north.priority, north.is_default) == ("Far north", 7, True)
    assert not main.is_default
    assert OutboxEvent.objects.get().name == "warehouse.updated"


def test_the_default_stays_until_another_becomes_it(store):
    main = MainWarehouseFactory(store=store)

    inventory.update_warehouse(
        store=store, warehouse_id=main.pk, name="Main", priority=7, is_default=False, by=None
    )

    main.refresh_from_db()
    assert main.is_default


def test_refuses_another_stores_warehouse(store):
    foreign = WarehouseFactory(name="Theirs")

    with pytest.raises(NotInStore):
        inventory.update_warehouse(
            store=store, warehouse_id=foreign.pk, name="Ours", priority=1, is_default=True, by=None
        )

    foreign.refresh_from_db()
    assert foreign.name == "Theirs"


def test_refuses_to_write_over_somebody_elses_change(store):
    main = MainWarehouseFactory(store=store, name="Main warehouse")

    with pytest.raises(PreconditionFailed):
        inventory.update_warehouse(
            store=store,
            warehouse_id=main.pk,
            name="Mine",
            priority=1,
            is_default=True,
            by=None,
            expected_version=main.version + 1,
        )

    main.refresh_from_db()
    assert main.name == "Main warehouse"


def test_a_store_that_was_opened_on_the_staff_site_gets_a_warehouse():
    second = StoreFactory()
    for _ in range(2):
        events.publish(StoreCreated(aggregate_id=second.public_id), store=second)
        events.deliver_pending()
    assert [one.code for one in Warehouse.objects.for_store(second)] == ["main"]
