"""Nothing is open by mistake: every view says who may call it, in the one vocabulary of scopes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from apps.accounts.scopes import SCOPES_OF, Scope
from apps.core.access import Access, DeclaredAccess, declared_access

# What is for everybody, and no view of ours.
ELSEWHERE = {"start", "schema", "swagger", "redoc", "simulated-payment", "media"}
# Rights that no route takes: the admin, commands and what other apps build on them.
METHODS = ["get", "post", "put", "patch", "delete"]


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """This function will return every route outside the admin, which has its own test."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        elif entry.app_name != "admin":
            yield from patterns(entry)


def ways_in() -> Iterator[tuple[str, Any, str]]:
    """This function will return each view with each method that it answers."""
    for pattern in patterns():
        made: Any = pattern.callback
        view_class = getattr(made, "cls", None)
        if pattern.name in ELSEWHERE or view_class is None:
            continue
        view = view_class(**made.initkwargs)
        actions = getattr(made, "actions", None) or {
            method: "" for method in METHODS if hasattr(view, method)
        }
        for method, action in actions.items():
            view.action = action or None
            yield f"{view_class.__name__}.{action or method}", view, method


def declared() -> Iterator[tuple[str, Access | None]]:
    for name, view, method in ways_in():
        yield name, declared_access(view, method)


def test_every_route_is_a_view_of_the_api_or_known_not_to_be():
    others = {
        pattern.name
        for pattern in patterns()
        if not issubclass(getattr(pattern.callback, "cls", object), APIView)
    }
    assert others <= ELSEWHERE


def test_every_view_declares_who_may_call_it():
    ways = list(declared())
    assert len(ways) > 60
    assert [name for name, access in ways if access is None] == []


def test_no_view_asks_anything_else_at_its_door():
    wrong = [
        name
        for name, view, _ in ways_in()
        if [type(one) for one in view.get_permissions()] != [DeclaredAccess]
    ]
    assert wrong == []


def test_views_speak_of_scopes_that_exist():
    wrong = [
        f"{name}: {access.scope}"
        for name, access in declared()
        if access and access.scope and access.scope not in set(Scope)
    ]
    assert wrong == []


def test_views_declare_nothing_that_they_do_not_do():
    wrong = []
    for name, view, method in ways_in():
        known = {view.action or method}
        made = type(view)
        wrong += [f"{name}: {one}" for one in made.access if not hasattr(made, one)]
        assert known <= made.access.keys()
    assert wrong == []


@pytest.mark.parametrize("scope", list(Scope))
def test_each_scope_is_given_by_a_role(scope):
    assert any(scope in scopes for scopes in SCOPES_OF.values())
