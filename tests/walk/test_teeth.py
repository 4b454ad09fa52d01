"""The walk without one of the guards: it must notice. Each guard is taken out of running code."""

from typing import Any

import pytest
from rest_framework import serializers
from rest_framework.permissions import BasePermission

from apps.accounts import services as accounts
from apps.accounts.api.serializers import UpdateMeInput
from apps.accounts.models import Address, User
from apps.catalog.api.views import CategoryViewSet
from apps.catalog.models import Category
from apps.catalog.queries import variants_for_sale
from apps.core.access import DeclaredAccess
from apps.core.errors import Forbidden
from apps.core.serializers import InputSerializer
from apps.inventory.api.views import StockViewSet
from apps.inventory.models import StockItem
from apps.orders import queries
from apps.orders.api.views import paths
from apps.orders.models import Order
from apps.orders.models.order import OrderQuerySet
from tests.walk.assigning import assign
from tests.walk.operations import Operation, operations
from tests.walk.walking import walk
from tests.walk.world import World

Patch = pytest.MonkeyPatch


def operation(name: str) -> Operation:
    """This function will find an operation by its name."""
    return next(one for one in operations() if str(one) == name)


def test_a_view_that_forgets_the_store_is_found(world: World, monkeypatch: Patch):
    monkeypatch.setattr(
        CategoryViewSet, "get_queryset", lambda _: Category.objects.select_related("parent")
    )
    for name in ("GET /categories", "GET /categories/{id}"):
        assert any("it tells" in fault for fault in walk(operation(name), world))


def test_a_list_that_forgets_the_store_is_found(world: World, monkeypatch: Patch):
    everything = StockItem.objects.described().with_available().order_by("pk")
    monkeypatch.setattr(StockViewSet, "get_queryset", lambda _: everything.all())
    assert any("it tells" in fault for fault in walk(operation("GET /stock"), world))


def test_orders_that_everybody_may_see_are_found(world: World, monkeypatch: Patch):
    monkeypatch.setattr(OrderQuerySet, "visible_to", lambda orders, *_, **__: orders)
    for name in ("GET /orders", "GET /orders/{id}", "GET /orders/{id}/lines"):
        assert any("by customer" in fault for fault in walk(operation(name), world))
    assert any("has changed" in fault for fault in walk(operation("PATCH /orders/{id}"), world))


def test_doors_that_stand_open_are_found(world: World, monkeypatch: Patch):
    monkeypatch.setattr(DeclaredAccess, "has_permission", BasePermission.has_permission)
    for name in ("POST /stock/{sku}/receive", "GET /events", "POST /categories"):
        faults = walk(operation(name), world)
        assert any("by nobody" in fault for fault in faults)
        assert any("by customer" in fault for fault in faults)
        assert any("by read_only" in fault for fault in faults) or name == "GET /events"


def test_a_token_that_is_good_in_every_store_is_found(world: World, monkeypatch: Patch):
    monkeypatch.setattr(User, "belongs_to", lambda *_: True)
    for name in ("GET /me", "GET /orders/{id}"):
        assert any("by stranger" in fault for fault in walk(operation(name), world))


def test_an_order_of_another_stores_goods_is_found(world: World, monkeypatch: Patch):
    monkeypatch.setattr(
        queries,
        "_orderable",
        lambda store: (
            variants_for_sale(store=store) | variants_for_sale(store=_other(store, world))
        ),
    )
    assert any("not refused" in fault for fault in walk(operation("POST /cart/items"), world))


def _other(store: Any, world: World) -> Any:
    return next(shop.store for shop in world.shops if shop.store != store)


def test_an_answer_that_tells_what_exists_is_found(world: World, monkeypatch: Patch):
    honest = paths.visible_order

    def telling(request: Any, reference: str) -> Order:
        if Order.objects.named(reference).exists() and not paths.visible_orders(request).named(
            reference
        ):
            raise Forbidden("It is not yours.")
        return honest(request, reference)

    monkeypatch.setattr("apps.orders.api.views.orders.visible_order", telling)
    faults = walk(operation("GET /orders/{id}"), world)
    assert any("a thing that never was is answered 404" in fault for fault in faults)


def test_a_service_that_forgets_the_owner_is_found(world: World, monkeypatch: Patch):
    def careless(*, address_id: Any, **_: Any) -> None:
        Address.objects.filter(public_id=address_id).delete()

    monkeypatch.setattr(accounts, "delete_address", careless)
    faults = walk(operation("DELETE /addresses/{id}"), world)
    assert any("accounts.Address has changed" in fault for fault in faults)


def test_a_body_that_may_say_too_much_is_found(world: World, monkeypatch: Patch):
    monkeypatch.setitem(
        UpdateMeInput._declared_fields, "is_staff", serializers.BooleanField(required=False)
    )

    def obedient(*, person: User, is_staff: bool = False, **_: Any) -> User:
        person.is_staff = is_staff
        person.save()
        return person

    monkeypatch.setattr(accounts, "update_person", obedient)
    faults = assign(operation("PATCH /me"), world)
    assert any("is_staff was stored in accounts.User" in fault for fault in faults)


def test_a_body_that_swallows_anything_is_found(world: World, monkeypatch: Patch):
    monkeypatch.setattr(InputSerializer, "_fault", lambda *_: [])
    monkeypatch.setattr("tests.walk.assigning.DANGEROUS", {"id": 7, "version": 999})
    monkeypatch.setitem(
        UpdateMeInput._declared_fields, "version", serializers.IntegerField(required=False)
    )

    def obedient(*, person: User, by: User, expected_version: Any, **changes: Any) -> User:
        User.objects.filter(pk=person.pk).update(**changes)
        return person

    monkeypatch.setattr(accounts, "update_person", obedient)
    faults = assign(operation("PATCH /me"), world)
    assert any("version was stored in accounts.User" in fault for fault in faults)
