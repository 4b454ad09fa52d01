"""One operation, called by everybody with everything that is not theirs. What is wrong is told."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from apps.accounts.scopes import Scope
from tests.walk.bodies import SIGNED, Body, body_of
from tests.walk.operations import Operation, body_properties
from tests.walk.references import (
    GLOBAL,
    IN_BODIES,
    IN_QUERIES,
    MADE_UP,
    NEEDED_QUERIES,
    kind_of,
)
from tests.walk.rights import RIGHTS, Right
from tests.walk.tables import Seal, changed
from tests.walk.world import PRIVATE, Answer, Caller, Shop, World, by_other_names, missing, undone

Things = dict[str, str]

_MOST_SHOWN = 150
_NO_BODY = {"no_such_field": 1}
_STALE = '"999.0000000000000000"'
_MALFORMED = ("1", "none-such!", "0190ffff", "..%2f..%2fetc%2fpasswd", "%00")
# A field in place of which another can stand; both together are refused for that alone.
_INSTEAD_OF = {"variant_id": "sku", "address_id": "shipping_address", "cart_id": "lines"}
# Calls that are well made are not answered so.
_NEVER_FOR_OWN = {400, 401, 403, 404, 405, 406, 415, 428}


def walk(operation: Operation, world: World) -> list[str]:
    """This function will call an operation in every way, and return what it should not have
    done."""
    faults = []
    for shop in world.shops:
        step = _Step(operation, world, shop)
        before = step.everything.read()
        faults += step.faults_of_paths()
        faults += step.faults_of_queries()
        faults += step.faults_of_bodies()
        faults += [
            f"{operation}: {one} has changed" for one in changed(before, step.everything.read())
        ]
        faults += step.faults_of_own()
    return faults


@dataclass(frozen=True)
class _Request:
    path: str
    body: Body | None
    headers: dict[str, str]


class RouteOfShop:
    """One operation in one shop: what it names there, and who may call it."""

    def __init__(self, operation: Operation, world: World, shop: Shop) -> None:
        self.operation, self.world, self.shop = operation, world, shop
        self.foreign = world.other(shop).things[0]
        self.right: Right = RIGHTS[str(operation)]
        self.everything = Seal()
        names = [one for one in operation.names_in("path") if one not in GLOBAL]
        self.kinds = {name: kind_of(operation, name) for name in names}

    def is_open_to(self, caller: Caller) -> bool:
        """Whether the caller comes in at all, to see what is theirs."""
        if caller.is_stranger or (self.right.people and caller.is_machine and self.right.anyone):
            return False
        if self.right.anyone:
            return True
        if self.right.admins:
            return caller.name == "admin"
        if self.right.people and caller.who is not None and not caller.is_machine:
            return True
        return self.right.scope != "" and caller.has(self.right.scope)

    def refusal(self, caller: Caller) -> int:
        """How who may not come in is told so."""
        return 401 if caller.who is None or caller.is_stranger else 403

    def owns(self, caller: Caller, things: Things, kind: str) -> bool:
        """Whether a thing of the caller's own shop is the caller's to name."""
        if kind not in PRIVATE or (self.right.scope and caller.has(self.right.scope)):
            return True
        return caller.name == "customer" and things is self.shop.things[0]

    def not_for(self, caller: Caller) -> Iterator[Things]:
        """Sets of things of which at least one that the path names is not the caller's."""
        kinds = set(self.kinds.values())
        strange = [
            things
            for things in self.shop.things
            if any(not self.owns(caller, things, kind) for kind in kinds)
        ]
        for things in (self.foreign, *strange):
            yield things
            by_others = by_other_names(things)
            if any(by_others[kind] != things[kind] for kind in kinds):
                yield by_others
        if kinds & {"product", "variant", "image"} and not caller.has(Scope.READ_CATALOG):
            yield self.shop.draft

    def path(self, things: Things) -> str:
        """The route with these things in it."""
        filled = self.operation.path
        for name, kind in self.kinds.items():
            filled = filled.replace(f"{{{name}}}", things[kind])
        for name, value in GLOBAL.items():
            filled = filled.replace(f"{{{name}}}", value)
        return filled + NEEDED_QUERIES.get(str(self.operation), "")


class _Step(RouteOfShop):
    def requests(self, things: Things) -> Iterator[_Request]:
        """Well made, and in ways that might be answered before anybody looks whose it is."""
        path, body = self.path(things), body_of(self.operation, self.shop.things[0])
        yield _Request(path, body, {})
        if body is not None:
            yield _Request(path, _NO_BODY, {})
        if "If-Match" in self.operation.names_in("header"):
            yield _Request(path, body, {"HTTP_IF_MATCH": _STALE})
        if self.operation.method == "GET":
            yield _Request(path, None, {"HTTP_IF_NONE_MATCH": "*"})

    def call(self, caller: Caller, request: _Request) -> Answer:
        self.world.calls += 1
        return caller.call(self.operation.method, request.path, request.body, **request.headers)

    def fault(self, caller: Caller, request: _Request, answer: Answer, why: str) -> str:
        shown = f"{answer.status} {answer.text[:_MOST_SHOWN]}"
        who = f"{caller.name} at {caller.host}"
        return f"{self.operation} by {who}, {request.path} {request.body or ''}: {why}: {shown}"

    # --- in the path --------------------------------------------------------------------------

    def faults_of_paths(self) -> Iterator[str]:
        if not self.kinds:
            yield from self.faults_of_strangers()
            return
        for caller in self.shop.callers:
            for mask in _masks(set(self.kinds.values())):
                yield from self.faults_of_mask(caller, mask)
            if caller.name in {"customer", "admin"}:
                yield from self.faults_of_malformed(caller)

    def faults_of_mask(self, caller: Caller, mask: set[str]) -> Iterator[str]:
        """Compares the answers about somebody's things with those about what nobody ever made."""
        own = self.shop.things[0]
        absent = [
            self.call(caller, request)
            for request in self.requests(own | {kind: missing(kind) for kind in mask})
        ]
        for things in self.not_for(caller):
            if mask != set(self.kinds.values()) and all(things[one] == own[one] for one in mask):
                continue
            requests = self.requests(own | {kind: things[kind] for kind in mask})
            for place, (request, baseline) in enumerate(zip(requests, absent, strict=True)):
                answer = self.call(caller, request)
                allowed = self.allowed(caller, things, is_plain=place == 0)
                if answer.status not in allowed:
                    yield self.fault(caller, request, answer, f"not among {sorted(allowed)}")
                yield from self.faults_of_answer(caller, request, answer)
                learned = answer.without(*(things[kind] for kind in mask))
                known = self.knows(caller, things)
                if not known and learned != baseline.without(*map(missing, mask)):
                    why = f"a thing that never was is answered {baseline.status}"
                    yield self.fault(caller, request, answer, why)

    def allowed(self, caller: Caller, things: Things, *, is_plain: bool) -> set[int]:
        """The statuses that may answer a call about what is not the caller's."""
        if caller.is_stranger:
            return {401, 404} if self.right.anyone else {401}
        if not self.is_open_to(caller):
            return {self.refusal(caller)}
        if self.knows(caller, things):
            return {400, 403, 412}
        return {404} if is_plain else {400, 404, 412}

    def knows(self, caller: Caller, things: Things) -> bool:
        """Whether the caller may see the thing, and lacks the right to do this to it."""
        sees = self.right.sees
        is_foreign = things["email"] == self.foreign["email"]
        return not is_foreign and sees != "" and caller.has(sees)

    def faults_of_answer(self, caller: Caller, request: _Request, answer: Answer) -> Iterator[str]:
        if leaked := caller.leaked(answer):
            yield self.fault(caller, request, answer, f"it tells {sorted(leaked)[:3]}")
        lacks = self.right.scope if not caller.has(self.right.scope) else ""
        if answer.status == 403 and answer.json.get("scope", "") != lacks:
            yield self.fault(caller, request, answer, f"it should name {self.right.scope}")

    def faults_of_malformed(self, caller: Caller) -> Iterator[str]:
        for text in _MALFORMED:
            for request in self.requests(dict.fromkeys(self.kinds.values(), text)):
                answer = self.call(caller, request)
                if answer.status not in {400, 403, 404} or caller.leaked(answer):
                    yield self.fault(caller, request, answer, "a malformed name")

    def faults_of_strangers(self) -> Iterator[str]:
        """Routes that name nothing are shut all the same to who has no business there."""
        for caller in self.shop.callers:
            if self.is_open_to(caller):
                continue
            for request in self.requests(self.shop.things[0]):
                with undone():
                    answer = self.call(caller, request)
                if not self.right.anyone and answer.status != self.refusal(caller):
                    yield self.fault(caller, request, answer, "it is not theirs to call")
                yield from self.faults_of_answer(caller, request, answer)

    # --- in the query -------------------------------------------------------------------------

    def faults_of_queries(self) -> Iterator[str]:
        for name in self.operation.names_in("query"):
            if name not in IN_QUERIES:
                continue
            kind = IN_QUERIES[name]
            for caller in filter(self.is_open_to, self.shop.callers):
                strange = [self.foreign]
                if not self.owns(caller, self.shop.things[1], kind):
                    strange.append(self.shop.things[1])
                path = self.path(self.shop.things[0])
                absent = self.call(caller, _Request(f"{path}?{name}={missing(kind)}", None, {}))
                for things in strange:
                    request = _Request(f"{path}?{name}={things[kind]}", None, {})
                    answer = self.call(caller, request)
                    if answer.without(things[kind]) != absent.without(missing(kind)):
                        yield self.fault(caller, request, answer, "not as for what never was")
                    if caller.leaked(answer):
                        yield self.fault(caller, request, answer, "it tells what is not theirs")

    # --- in the body --------------------------------------------------------------------------

    def faults_of_bodies(self) -> Iterator[str]:
        described = self.operation.bodies.get("application/json", {})
        for name in sorted(set(body_properties(described)) & IN_BODIES.keys()):
            if (str(self.operation), name) not in MADE_UP:
                for caller in filter(self.is_open_to, self.shop.callers):
                    yield from self.faults_of_name(caller, name, IN_BODIES[name])

    def faults_of_name(self, caller: Caller, name: str, kind: str) -> Iterator[str]:
        strange = [self.foreign, *([self.shop.things[1]] if kind in PRIVATE else [])]
        if self.operation.path.endswith(("/orders", "/cart/items")) and kind in {"sku", "variant"}:
            strange.append(self.shop.draft)  # staff see it, and cannot buy it either
        absent = self.call(caller, self.naming(name, missing(kind)))
        for things in strange:
            request = self.naming(name, things[kind])
            answer = self.call(caller, request)
            if answer.without(things[kind]) != absent.without(missing(kind)):
                yield self.fault(caller, request, answer, "not as for what never was")
            if not 400 <= answer.status < 500 or (answer.status == 403 and not self.right.sees):
                yield self.fault(caller, request, answer, "it is not refused as it should")
            if caller.leaked(answer):
                yield self.fault(caller, request, answer, "it tells what is not theirs")

    def naming(self, name: str, value: str) -> _Request:
        """A request that would do, but for one name in its body."""
        body = body_of(self.operation, self.shop.things[0]) or {}
        described = self.operation.bodies["application/json"]["properties"]
        if name in described:
            body.pop(_INSTEAD_OF.get(name, ""), None)
            body[name] = [value] if described[name].get("type") == "array" else value
        else:
            line = body["lines"][0]
            line.pop(_INSTEAD_OF.get(name, ""), None)
            line[name] = value
        return _Request(self.path(self.shop.things[0]), body, {})

    # --- one's own ----------------------------------------------------------------------------

    def faults_of_own(self) -> Iterator[str]:
        """What callers may do they can do, and it touches nobody else: else the rest proves
        little."""
        is_safe = self.operation.method == "GET"
        before, shown = self.everything.read(), 0
        for caller, request in self.own_requests():
            with nullcontext() if is_safe else undone():
                answer = yield from self.faults_of_deed(caller, request)
            if self.operation.is_list and answer.status == 200:
                shown += len(answer.json["results"])
            is_plain = request.body != _NO_BODY and not request.headers
            is_plain &= str(self.operation) != SIGNED
            if answer.status >= 500 or (is_plain and answer.status in _NEVER_FOR_OWN):
                yield self.fault(caller, request, answer, "they may")
        on_record = {"events.OutboxEvent"} if self.right.admins else set()
        for table in set(changed(before, self.everything.read())) - on_record:
            yield f"{self.operation}: looking at things has changed {table}"
        if self.operation.is_list and not shown:
            yield f"{self.operation}: nobody is shown anything, so nothing is proved"

    def own_requests(self) -> Iterator[tuple[Caller, _Request]]:
        """What each caller may ask for, of what is theirs to ask about."""
        things = self.shop.things[0]
        for caller in filter(self.is_open_to, self.shop.callers):
            if all(self.owns(caller, things, kind) for kind in self.kinds.values()):
                yield from ((caller, request) for request in self.requests(things))

    def faults_of_deed(self, caller: Caller, request: _Request) -> Any:
        others: list[Any] = [self.world.other(self.shop).store]
        if caller.name in {"nobody", "customer"}:
            others.append(self.shop.customers[1])
        seals = [Seal(other) for other in others] if self.operation.method != "GET" else []
        before = [seal.read() for seal in seals]
        answer = self.call(caller, request)
        for seal, earlier in zip(seals, before, strict=True):
            for table in changed(earlier, seal.read()):
                yield self.fault(caller, request, answer, f"others' {table} has changed")
        if leaked := caller.leaked(answer):
            yield self.fault(caller, request, answer, f"it tells {sorted(leaked)[:3]}")
        return answer


def _masks(kinds: set[str]) -> list[set[str]]:
    """Which of the names in a path are somebody else's: all of them, or any one."""
    each = [{kind} for kind in sorted(kinds)]
    return each if len(kinds) == 1 else [kinds, *each]
