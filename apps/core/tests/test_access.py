"""Who gets past a view's door."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.core.access import (
    ANYONE,
    PERSON,
    SHOPPER,
    DeclaredAccess,
    MissingScope,
    PersonRequired,
    anyone_more_for,
    holder_of,
    holds,
    owner_or,
)


def caller(*scopes, is_person=True):
    return SimpleNamespace(
        is_authenticated=True, is_person=is_person, has_scope=lambda scope: scope in scopes
    )


STRANGER = SimpleNamespace(is_authenticated=False)
CUSTOMER, READER = caller(), caller("read_orders")
KEY, READING_KEY = caller(is_person=False), caller("read_orders", is_person=False)


@pytest.mark.parametrize("who", [STRANGER, CUSTOMER, READER, KEY])
def test_some_doors_are_open(who):
    assert ANYONE.allows(who)


@pytest.mark.parametrize("access", [PERSON, holder_of("read_orders"), owner_or("read_orders")])
def test_strangers_are_asked_who_they_are(access):
    assert not access.allows(STRANGER)


def test_people_have_things_of_their_own_and_keys_have_none():
    assert PERSON.allows(CUSTOMER)
    with pytest.raises(PersonRequired):
        PERSON.allows(READING_KEY)


@pytest.mark.parametrize("who", [CUSTOMER, KEY, caller("write_orders")])
def test_who_lacks_a_scope_is_told_which(who):
    with pytest.raises(MissingScope) as refusal:
        holder_of("read_orders").allows(who)
    assert refusal.value.extensions == {"scope": "read_orders"}


@pytest.mark.parametrize("who", [READER, READING_KEY])
def test_a_scope_is_a_scope_whoever_holds_it(who):
    assert holder_of("read_orders").allows(who)
    assert owner_or("read_orders").allows(who)


def test_owners_come_in_without_a_scope_and_keys_do_not():
    assert owner_or("read_orders").allows(CUSTOMER)
    with pytest.raises(MissingScope):
        owner_or("read_orders").allows(KEY)


def request(method, who=STRANGER):
    return SimpleNamespace(method=method, user=who)


class Orders:
    access = {"get": PERSON, "post": ANYONE}

    def get(self): ...
    def head(self): ...
    def put(self): ...


def test_a_view_that_declares_nothing_is_closed():
    with pytest.raises(ImproperlyConfigured, match="Orders declares no access for PUT"):
        DeclaredAccess().has_permission(request("PUT"), Orders())


def test_reading_the_head_takes_what_reading_the_whole_takes():
    assert not DeclaredAccess().has_permission(request("HEAD"), Orders())
    assert DeclaredAccess().has_permission(request("HEAD", CUSTOMER), Orders())


def test_what_a_route_cannot_do_is_for_it_to_say():
    assert DeclaredAccess().has_permission(request("DELETE"), Orders())


def test_who_shops_need_not_say_who_they_are_but_is_no_machine():
    assert SHOPPER.allows(STRANGER)
    assert SHOPPER.allows(CUSTOMER)
    with pytest.raises(PersonRequired):
        SHOPPER.allows(READING_KEY)


def test_everybody_may_look_where_a_scope_shows_more():
    assert anyone_more_for("read_orders").allows(STRANGER)
    assert anyone_more_for("read_orders").allows(KEY)
    assert [holds(who, "read_orders") for who in (STRANGER, CUSTOMER, READER)] == [
        False,
        False,
        True,
    ]
