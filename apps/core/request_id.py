"""One id for everything that happens because of one request."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

from apps.core.ids import uuid7

_current: ContextVar[str] = ContextVar("request_id", default="")
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")


def current_request_id() -> str:
    """This function will return the id of the request being worked on, or ""."""
    return _current.get()


@contextmanager
def bound_request_id(value: str) -> Iterator[None]:
    """This function will make `value` the current request id within the block."""
    token = _current.set(value)
    try:
        yield
    finally:
        _current.reset(token)


class RequestIdMiddleware:
    """Takes `X-Request-ID` when it is harmless, makes one otherwise, and returns it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Not through `request.headers`: they are read once, and must hold what is written below.
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if _ACCEPTED.fullmatch(given) else str(uuid7())
        # The log middleware reads the header: there is one id, and this is it.
        request.META["HTTP_X_REQUEST_ID"] = request_id
        with bound_request_id(request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response
