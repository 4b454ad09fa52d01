"""Fields that a body must not be able to set, sent along with what a caller may send."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from tests.walk.bodies import Body, body_of
from tests.walk.operations import Operation, resolved
from tests.walk.tables import changed, our_models
from tests.walk.walking import RouteOfShop
from tests.walk.world import Caller, Shop, World, undone

_LONG_AGO = "2001-01-01T00:00:00Z"
_ID = "0190eeee-eeee-7eee-8eee-eeeeeeeeeeee"
_MONEY = {"amount": "0.01", "currency": "XTS"}

# None of the values is what a row would get anyway.
DANGEROUS: dict[str, Any] = {
    "actor": "system",
    "admin": True,
    "amount": "0.01",
    "attention": "made_up",
    "canceled_at": _LONG_AGO,
    "created_at": _LONG_AGO,
    "currency": "XTS",
    "customer": _ID,
    "customer_id": _ID,
    "date_joined": _LONG_AGO,
    "deleted_at": _LONG_AGO,
    "discount": _MONEY,
    "email_verified": True,
    "email_verified_at": _LONG_AGO,
    "expires_at": _LONG_AGO,
    "first_sold_at": _LONG_AGO,
    "groups": [1],
    "id": _ID,
    "in_stock": True,
    "is_active": False,
    "is_default_store": True,
    "is_person": False,
    "is_staff": True,
    "is_superuser": True,
    "key_hash": "0" * 64,
    "last_login": _LONG_AGO,
    "memberships": [{"role": "admin"}],
    "number": "ZZZZ-ZZZZ",
    "on_hand": 999_999,
    "owner": _ID,
    "owner_id": _ID,
    "paid_at": _LONG_AGO,
    "password": "a password of my own choice",
    "permissions": ["all"],
    "pk": 1,
    "price": _MONEY,
    "public_id": _ID,
    "refunded_amount": "0.01",
    "reserved": 999_999,
    "role": "admin",
    "roles": ["admin"],
    "scope": "manage_staff",
    "scopes": ["manage_staff"],
    "shipped_quantity": 999,
    "staff": True,
    "state": "paid",
    "status": "paid",
    "stock": 999_999,
    "store": 1,
    "store_id": 1,
    "tax_rate": "0.0000",
    "token_hash": "0" * 64,
    "total": _MONEY,
    "unit_price": _MONEY,
    "updated_at": _LONG_AGO,
    "user": _ID,
    "user_id": _ID,
    "user_permissions": [1],
    "username": "root",
    "verified_purchase": True,
    "version": 999,
    "__class__": "x",
}

# Of those, what a body may say after all. Written by hand: a new one is to be thought about.
DOCUMENTED = {
    "DELETE /me": {"password"},
    "PATCH /customers/{id}": {"is_active"},
    "POST /auth/password/change": {"password"},
    "POST /auth/password/reset": {"password"},
    "POST /auth/register": {"password"},
    "POST /auth/token": {"username", "password", "scope"},
    "POST /orders lines": {"unit_price"},
    "POST /payments/{payment_id}/refunds": {"amount"},
    "POST /products/{product}/variants": {"price"},
    "PATCH /products/{product}/variants/{id}": {"price"},
}


def assign(operation: Operation, world: World) -> list[str]:
    """This function will send them all to an operation, and return what came of it."""
    return [
        fault
        for place, shop in enumerate(world.shops)
        for fault in Assigning(operation, world, shop).faults(one_by_one=place == 0)
    ]


def places(operation: Operation, body: Body) -> Iterator[tuple[str, list[Any], set[str]]]:
    """This function will name each object of a body, the way to it, and its documented fields."""
    described = operation.bodies["application/json"]
    yield str(operation), [], set(described.get("properties", {}))
    for name, value in body.items():
        inner = resolved(described["properties"][name])
        if isinstance(value, list) and value and isinstance(value[0], dict):
            fields = resolved(inner["items"]).get("properties", {})
            yield f"{operation} {name}", [name, 0], set(fields)
        elif isinstance(value, dict) and "amount" not in value:
            yield f"{operation} {name}", [name], set(inner.get("properties", {}))


class Assigning(RouteOfShop):
    """One operation of one shop, with fields in its body that have no business there."""

    def __init__(self, operation: Operation, world: World, shop: Shop) -> None:
        super().__init__(operation, world, shop)
        self.things = self.shop.things[0]

    def callers(self) -> list[Caller]:
        """Those who may do it, the most powerful last."""
        return [
            one
            for one in self.shop.callers
            if self.is_open_to(one)
            and all(self.owns(one, self.things, kind) for kind in self.kinds.values())
        ]

    def faults(self, *, one_by_one: bool) -> Iterator[str]:
        """All of them at once by everybody; in one shop also each by itself."""
        body = body_of(self.operation, self.things)
        if body is None:
            return
        callers = self.callers()
        assert callers, f"nobody may call {self.operation}"
        before = self.everything.read()
        for label, way, documented in places(self.operation, body):
            extras = {k: v for k, v in DANGEROUS.items() if k not in documented}
            for caller in callers:
                yield from self.faults_of(caller, body, way, extras, label)
            for name, value in extras.items() if one_by_one else ():
                yield from self.faults_of(callers[-1], body, way, {name: value}, label)
        yield from (f"{self.operation}: {x}" for x in changed(before, self.everything.read()))

    def faults_of(
        self, caller: Caller, body: Body, way: list[Any], extras: Body, label: str
    ) -> Iterator[str]:
        """All are refused by name; or else not one of them may be found in what was stored."""
        sent = _with(body, way, extras)
        with undone():
            answer = self.send(caller, sent)
            left = set(extras) - _refused(answer.json, way)
        if answer.status == 400 and not left:
            return
        if answer.status >= 500:
            yield f"{label} by {caller.name}: {answer.status} for {sorted(extras)}"
        elif answer.status < 400:
            for name in left:
                yield from self.faults_of_one(caller, body, way, name, label)
        else:
            yield f"{label} by {caller.name}: {answer.status} {answer.code}: {sorted(left)} passed"

    def faults_of_one(
        self, caller: Caller, body: Body, way: list[Any], name: str, label: str
    ) -> Iterator[str]:
        value = DANGEROUS[name]
        with undone():
            usual = self.stored_by(caller, body)
        with undone():
            stored = self.stored_by(caller, _with(body, way, {name: value}))
        for table, column, found in stored - usual:
            if column.startswith(name) and json.dumps(value) in found:
                yield f"{label} by {caller.name}: {name} was stored in {table}"

    def stored_by(self, caller: Caller, body: Body) -> set[tuple[str, str, str]]:
        """Every value that a call leaves in a row it made or changed."""
        before = _rows()
        self.send(caller, body)
        return {
            (table, column, json.dumps(value))
            for table, row in _rows() - before
            for column, value in json.loads(row).items()
        }

    def send(self, caller: Caller, body: Body) -> Any:
        self.world.calls += 1
        return caller.call(self.operation.method, self.path(self.things), body)


def _with(body: Body, way: list[Any], extras: Body) -> Body:
    changed_body = copy.deepcopy(body)
    place: Any = changed_body
    for step in way:
        place = place[step]
    place |= extras
    return changed_body


def _refused(answer: Any, way: list[Any]) -> set[str]:
    prefix = "".join(f"{step}." for step in way)
    return {
        error["field"].removeprefix(prefix)
        for error in (answer or {}).get("errors", [])
        if error["code"] == "unknown_field"
    }


def _rows() -> set[tuple[str, str]]:
    each = " UNION ALL ".join(
        f"SELECT '{model._meta.label}', row_to_json(t)::text FROM {model._meta.db_table} AS t"
        for model in our_models()
    )
    with connection.cursor() as cursor:
        cursor.execute(each)
        return set(cursor.fetchall())
