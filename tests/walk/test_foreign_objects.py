"""Every operation, called by everybody with everything that is not theirs: 404, and nothing is
told or changed."""

import pytest

from apps.accounts.models import User
from apps.stores.models import Store
from tests.walk.bodies import body_of
from tests.walk.operations import Operation, body_properties, operations
from tests.walk.references import (
    GLOBAL,
    IN_BODIES,
    IN_QUERIES,
    PLAIN_IN_BODIES,
    PLAIN_IN_QUERIES,
    kind_of,
)
from tests.walk.rights import RIGHTS
from tests.walk.tables import NOBODYS, our_models, way_to
from tests.walk.walking import walk
from tests.walk.world import World


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_nobody_reaches_what_is_not_theirs(world: World, operation: Operation):
    faults = walk(operation, world)
    assert faults == [], "\n".join(faults[:20])


def test_it_is_said_of_every_operation_who_may_call_it():
    assert {str(one) for one in operations()} == RIGHTS.keys()


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_it_is_known_of_every_name_in_a_request_what_it_stands_for(operation: Operation):
    for name in operation.names_in("path"):
        assert name in GLOBAL or kind_of(operation, name)
    known = IN_QUERIES.keys() | PLAIN_IN_QUERIES
    assert [name for name in operation.names_in("query") if name not in known] == []
    known = IN_BODIES.keys() | PLAIN_IN_BODIES
    for described in operation.bodies.values():
        assert [name for name in body_properties(described) if name not in known] == []


def test_every_row_belongs_to_a_shop():
    strays = {model._meta.label for model in our_models() if way_to(model, Store) is None}
    assert strays == NOBODYS


def test_what_is_a_customers_is_found_by_its_foreign_keys(world: World):
    found = {model._meta.label for model in our_models() if way_to(model, User)}
    assert {"orders.OrderLine", "payments.Refund", "accounts.Address", "orders.CartLine"} <= found


@pytest.mark.parametrize(
    ("path", "field", "kind"),
    [
        ("categories", "slug", "category"),
        ("products", "slug", "other name of product"),
        ("products/{product}/variants", "sku", "sku"),
        ("auth/register", "email", "email"),
    ],
)
def test_names_that_only_another_shop_uses_are_free(world: World, path, field, kind):
    for shop in world.shops:
        described = next(one for one in operations() if str(one) == f"POST /{path}" and one.bodies)
        body = (body_of(described, shop.things[0]) or {}) | {
            field: world.other(shop).things[0][kind]
        }
        caller = shop.caller("nobody" if path == "auth/register" else "admin")
        place = path.replace("{product}", shop.things[0]["product"])
        answer = caller.call("POST", f"/api/v1/{place}", body)
        assert answer.status in {201, 202}, answer.text
