"""Every failure as `application/problem+json` (RFC 9457): one place that renders them all."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import (
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django_ratelimit.exceptions import Ratelimited
from psycopg_pool import PoolTimeout
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import set_rollback

from apps.core.errors import CommerceError, Unavailable
from apps.core.parsers import BodyTooLarge
from apps.core.rate_limits import TooManyRequests
from apps.core.request_id import current_request_id
from apps.core.throttling import count_refused

CONTENT_TYPE = "application/problem+json"
log = structlog.get_logger(__name__)

Problem = dict[str, Any]

# In this order: some are kinds of others.
_MEANINGS: tuple[tuple[type[Exception], Exception], ...] = (
    (Http404, exceptions.NotFound()),
    (Ratelimited, exceptions.Throttled(wait=60)),
    (PermissionDenied, exceptions.PermissionDenied()),
    (RequestDataTooBig, BodyTooLarge()),
    (SuspiciousOperation, exceptions.ParseError()),
    (UnreadablePostError, exceptions.ParseError()),
)


def problem(*, status: int, code: str, title: str, detail: str, instance: str) -> Problem:
    """This function will return the members every problem document has."""
    return {
        "type": f"urn:tradepost:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        "request_id": current_request_id(),
    }


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """This function will answer an exception raised in an API view; `None` leaves it a real 500."""
    request: Request = context["request"]
    try:
        count_refused(request, context["view"])
    except TooManyRequests as one_too_many:
        error = one_too_many
    described = describe(error, instance=request.path)
    if described is None:
        return None
    document, headers = described
    set_rollback()
    return Response(document, status=document["status"], headers=headers, content_type=CONTENT_TYPE)


def describe(error: Exception, *, instance: str) -> tuple[Problem, dict[str, str]] | None:
    """This function will return the problem and the headers that an anticipated exception means."""
    error = _meant_by(error)
    if isinstance(error, CommerceError):
        return _of_commerce_error(error, instance)
    if isinstance(error, exceptions.APIException):
        return _of_api_exception(error, instance)
    return None


def _meant_by(error: Exception) -> Exception:
    """What an exception of Django, the database or a package is to a client."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return _database_trouble(error)
    for kind, meaning in _MEANINGS:
        if isinstance(error, kind):
            return meaning
    return error


def _database_trouble(error: DatabaseError | InterfaceError | PoolTimeout) -> Unavailable:
    log.warning("database_unavailable", error=str(error).strip(), exc_info=error)
    return Unavailable("The database is busy or away. Nothing was changed.")


def _of_commerce_error(error: CommerceError, instance: str) -> tuple[Problem, dict[str, str]]:
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Unavailable) else {}
    if "retry_after" in error.extensions:
        headers["Retry-After"] = str(error.extensions["retry_after"])
    # An extension never hides a member of the problem itself.
    document = error.extensions | problem(
        status=error.status,
        code=error.code,
        title=error.title,
        detail=error.detail,
        instance=instance,
    )
    return document, headers


def _of_api_exception(
    error: exceptions.APIException, instance: str
) -> tuple[Problem, dict[str, str]]:
    headers: dict[str, str] = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(int(getattr(error, "wait", None) or 1))
    extensions: dict[str, Any] = {}
    if isinstance(error, exceptions.ValidationError):
        code, detail = "validation_error", "The request has fields that cannot be accepted."
        extensions["errors"] = list(_fields_of(as_serializer_error(error)))
    else:
        code, detail = _code_and_detail(error)
    document = extensions | problem(
        status=error.status_code,
        code=code,
        title=HTTPStatus(error.status_code).phrase,
        detail=detail,
        instance=instance,
    )
    return document, headers


def _code_and_detail(error: exceptions.APIException) -> tuple[str, str]:
    if isinstance(error.detail, exceptions.ErrorDetail):
        return str(error.detail.code), str(error.detail)
    if isinstance(error.detail, dict):  # simplejwt puts its messages into a dict
        return str(error.detail.get("code", error.default_code)), str(error.detail.get("detail"))
    return error.default_code, "; ".join(map(str, error.detail))


def _fields_of(errors: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Flattens DRF's nested errors to `{"field": "lines.0.quantity", "code": …, "detail": …}`."""
    if isinstance(errors, dict):
        for name, inner in errors.items():
            yield from _fields_of(inner, path=f"{path}.{name}" if path else str(name))
    elif isinstance(errors, list | tuple):
        for position, inner in enumerate(errors):
            nested = isinstance(inner, dict | list)
            yield from _fields_of(inner, path=f"{path}.{position}" if nested else path)
    else:
        code = getattr(errors, "code", None) or "invalid"  # forms may have given none
        yield {"field": path, "code": code, "detail": str(errors)}


def respond(*, request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    """This function will answer outside the API views: unknown routes, bad hosts, real errors."""
    document = problem(
        status=status,
        code=code,
        title=HTTPStatus(status).phrase,
        detail=detail,
        instance=request.path,
    )
    response = JsonResponse(document, status=status)
    response["Content-Type"] = CONTENT_TYPE
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """This function will be Django's `handler400`."""
    if isinstance(exception, DisallowedHost):
        return respond(
            request=request, status=400, code="unknown_host", detail="No shop has this host name."
        )
    return respond(request=request, status=400, code="bad_request", detail="Bad request.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """This function will be Django's `handler403`."""
    return respond(request=request, status=403, code="forbidden", detail="Not allowed.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """This function will be Django's `CSRF_FAILURE_VIEW`."""
    return respond(
        request=request,
        status=403,
        code="csrf_failed",
        detail="The form is not from this site, or too old: open the page again.",
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """This function will be Django's `handler404`."""
    return respond(request=request, status=404, code="not_found", detail="No such route.")


def server_error(request: HttpRequest) -> HttpResponse:
    """This function will be Django's `handler500`: honest about itself, silent about the cause."""
    return respond(
        request=request,
        status=500,
        code="internal_error",
        detail="An unexpected error. It was logged under the request id.",
    )
