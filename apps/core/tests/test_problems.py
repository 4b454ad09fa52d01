import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django_ratelimit.exceptions import Ratelimited
from rest_framework import exceptions

from apps.core import errors
from apps.core.problems import describe


class OutOfThings(errors.Conflict):
    code = "out_of_things"
    title = "Nothing left"


def test_commerce_error_keeps_code_title_and_extensions():
    document, headers = describe(OutOfThings("No mugs.", remaining=3), instance="/api/v1/orders")
    assert document["type"] == "urn:tradepost:problem:out_of_things"
    assert document["status"] == 409
    assert document["code"] == "out_of_things"
    assert document["title"] == "Nothing left"
    assert document["detail"] == "No mugs."
    assert document["instance"] == "/api/v1/orders"
    assert document["remaining"] == 3
    assert headers == {}


def test_extension_never_hides_a_member_of_the_problem():
    document, _ = describe(OutOfThings(status=200, code="fine"), instance="/")
    assert (document["status"], document["code"]) == (409, "out_of_things")


def test_validation_names_each_field_by_its_path():
    error = exceptions.ValidationError(
        {"lines": [{}, {"quantity": [exceptions.ErrorDetail("Too small.", code="min_value")]}]}
    )
    document, _ = describe(error, instance="/")
    assert document["status"] == 400
    assert document["code"] == "validation_error"
    assert document["errors"] == [
        {"field": "lines.1.quantity", "code": "min_value", "detail": "Too small."}
    ]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/csv"), 415, "unsupported_media_type"),
        (errors.NotFound(), 404, "not_found"),
        (errors.Forbidden(), 403, "forbidden"),
        (errors.PreconditionFailed(), 412, "stale_version"),
        (errors.Invalid(), 422, "invalid"),
    ],
)
def test_each_anticipated_failure_has_its_status_and_code(error, status, code):
    document, _ = describe(error, instance="/")
    assert (document["status"], document["code"]) == (status, code)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Ratelimited(), 429),
        (OperationalError("gone"), 503),
        (errors.Unavailable(retry_after=7), 503),
    ],
)
def test_what_passes_says_when_to_try_again(error, status):
    document, headers = describe(error, instance="/")
    assert document["status"] == status
    assert int(headers["Retry-After"]) > 0


def test_unknown_exception_is_left_alone():
    assert describe(KeyError("x"), instance="/") is None


def test_unknown_route_is_a_problem(client, db):
    answer = client.get("/nowhere", headers={"X-Request-ID": "trace-12345678"})
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["request_id"] == "trace-12345678"
    assert answer["X-Request-ID"] == "trace-12345678"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "new\nline-1234", "spaces are not ok"])
def test_harmful_request_id_is_replaced(client, db, given):
    answer = client.get("/nowhere", headers={"X-Request-ID": given})
    assert answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 36
