"""Every route that writes, with every kind of bad body: a clear 4xx, and nothing has changed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.db import connection, router
from rest_framework.test import APIClient

from apps.accounts.tests.factories import UserFactory
from conftest import client_of
from tests.contract.scene import Scene, scene_of

SCHEMA = yaml.safe_load((Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml").read_text())
ADMIN_TOKEN = "the second secret"
HUGE = "x" * (2 * 1024 * 1024)

# An empty body means something here: all of it, without a reason, without a change of mind.
MEANT = {
    ("post", "/api/v1/auth/logout"),
    ("post", "/api/v1/orders/{id}/cancel"),
    ("post", "/api/v1/payments/{payment_id}/refunds"),
}

# Gateways write what they like and sign it: apps/payments/tests/api/test_webhooks.py.
SIGNED = "/api/v1/payments/webhooks/{gateway}"


def operations(*methods: str) -> list[tuple[str, str]]:
    return [
        (method, path)
        for path, item in SCHEMA["paths"].items()
        for method in item
        if method in methods and path != SIGNED
    ]


def with_body() -> list[tuple[str, str]]:
    writes = operations("post", "patch", "put")
    return [(method, path) for method, path in writes if "requestBody" in operation(method, path)]


def operation(method: str, path: str) -> dict[str, Any]:
    return SCHEMA["paths"][path][method]


def properties(method: str, path: str) -> dict[str, Any]:
    content = operation(method, path)["requestBody"]["content"]["application/json"]
    name = re.sub(".*/", "", content["schema"]["$ref"])
    return SCHEMA["components"]["schemas"][name]["properties"]


def bodies(method: str, path: str) -> Iterator[tuple[str, str]]:
    """Bad bodies, by name. Those with fields spoil every field the route has."""
    fields = properties(method, path)
    if (method, path) not in MEANT:
        yield "empty", ""
    yield "not an object", "[]"
    yield "a string", '"x"'
    yield "broken", '{"a": '
    yield "unknown field", json.dumps({"no_such_field": 1})
    yield "not to be set", json.dumps({"id": 1, "store": 1, "created_at": "2020-01-01T00:00:00Z"})
    yield "NUL", json.dumps(dict.fromkeys(fields, "a\x00b"))
    yield "lone surrogate", '{"a": "\\ud800"}'
    yield "too deep", "[" * 100 + "]" * 100
    yield "huge", json.dumps({next(iter(fields)): HUGE})
    for wrong in ({"x": []}, [[]], "x" * 100_000, -(10**30)):
        yield f"wrong type {str(wrong)[:8]}", json.dumps(dict.fromkeys(fields, wrong))


def fingerprint() -> dict[str, str]:
    """What our tables hold, those of the audit database apart: no request writes there."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("apps.") and router.db_for_write(model) == "default"
    ]
    each = (
        f"SELECT '{table}', md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} AS t"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        return dict(cursor.fetchall())


@pytest.fixture
def staff_client(staff_client, settings) -> APIClient:
    """Staff who may take everything out, too."""
    settings.ADMIN_TOKENS = [ADMIN_TOKEN]
    staff_client.credentials(HTTP_X_ADMIN_TOKEN=ADMIN_TOKEN, **staff_client._credentials)
    return staff_client


@pytest.fixture
def scene(staff) -> Scene:
    return scene_of(staff)


@pytest.mark.parametrize(("method", "path"), with_body(), ids=str)
def test_bad_bodies_are_refused_and_change_nothing(staff_client, scene, method, path):
    before = fingerprint()
    for name, body in bodies(method, path):
        answer = staff_client.generic(
            method.upper(),
            scene.path(path),
            body,
            content_type="application/json",
            HTTP_IDEMPOTENCY_KEY="one",
        )
        assert 400 <= answer.status_code < 500, f"{name}: {answer.status_code} {answer.content}"
        assert answer.status_code != 404, f"{name}: the scene has no such thing"
        assert answer["Content-Type"] == "application/problem+json", name
        assert answer.json()["code"], name
        assert fingerprint() == before, f"{name} has changed something"


@pytest.mark.parametrize(("method", "path"), with_body(), ids=str)
def test_other_kinds_of_content_are_not_read(staff_client, scene, method, path):
    before = fingerprint()
    answer = staff_client.generic(
        method.upper(), scene.path(path), "a,b", content_type="text/csv", HTTP_IDEMPOTENCY_KEY="one"
    )
    assert answer.status_code == 415
    assert answer["Content-Type"] == "application/problem+json"
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("method", "path"),
    [one for one in operations("get", "patch", "delete", "post") if "{" in one[1]],
    ids=str,
)
def test_what_is_of_another_store_is_not_there(staff_client, method, path):
    foreign = scene_of(UserFactory(is_staff=True))
    before = fingerprint()
    answer = staff_client.generic(
        method.upper(),
        foreign.path(path),
        "{}" if method in {"patch", "post"} else "",
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="one",
    )
    assert answer.status_code in ({400, 404} if method in {"patch", "post"} else {404})
    assert answer["Content-Type"] == "application/problem+json"
    assert fingerprint() == before


@pytest.mark.parametrize(("method", "path"), operations("post", "patch", "delete"), ids=str)
def test_nobody_writes_without_a_token(client, scene, method, path):
    public = ("/api/v1/auth/", "/api/v1/cart")
    if path.startswith(public):
        return
    before = fingerprint()
    answer = client.generic(method.upper(), scene.path(path), "{}", content_type="application/json")
    assert answer.status_code == 401
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        one
        for one in operations("post", "patch", "delete")
        if one[1].startswith(("/api/v1/products", "/api/v1/categories", "/api/v1/stock"))
        or one[1].endswith(("/shipments", "/deliver", "/refunds"))
    ],
    ids=str,
)
def test_a_shopper_does_not_keep_the_shop(shopper, scene, method, path):
    client = client_of(shopper)
    before = fingerprint()
    answer = client.generic(method.upper(), scene.path(path), "{}", content_type="application/json")
    assert answer.status_code == 403
    assert fingerprint() == before
