"""Verbs that no schema lists: they do nothing, tell nothing, and are no accident."""

import pytest

from tests.walk.operations import Operation, operations
from tests.walk.references import GLOBAL, kind_of
from tests.walk.tables import Seal
from tests.walk.world import World

ROUTES = list({operation.path: operation for operation in operations()}.values())


def filled(operation: Operation, things: dict[str, str]) -> str:
    path = operation.path
    for name in operation.names_in("path"):
        named = GLOBAL.get(name) or things[kind_of(operation, name)]
        path = path.replace(f"{{{name}}}", named)
    return path


@pytest.mark.parametrize("route", ROUTES, ids=lambda one: one.path)
def test_verbs_that_a_route_does_not_have_are_refused(world: World, route: Operation):
    known = {one.method for one in operations() if one.path == route.path}
    everything = Seal()
    before = everything.read()
    shop = world.shops[0]
    for caller in map(shop.caller, ("nobody", "customer", "admin", "stranger")):
        own, foreign = (
            filled(route, things) for things in (shop.things[0], world.other(shop).things[0])
        )
        for verb in {"PUT", "PATCH", "DELETE", "POST", "TRACE", "OPTIONS"} - known:
            answer = caller.call(verb, own)
            assert answer.status == 405 or (caller.is_stranger and answer.status == 401)
        if "GET" in known:
            for path in (own, foreign):
                assert caller.call("HEAD", path).status == caller.call("GET", path).status
    after = everything.read()
    on_record = {"events.OutboxEvent"} if route.path.endswith(("/export", "/file")) else set()
    assert {table for table in after if after[table] != before[table]} <= on_record
