"""The lines that tell of every request."""

from typing import Any

import structlog
from django.http import HttpRequest
from django.utils.functional import empty
from django_structlog.middlewares import RequestMiddleware

from apps.core.client_address import current_client_address


def bind_caller(caller: Any) -> None:
    """This function will have each further line of this request name the person or API key."""
    public_id = getattr(caller, "public_id", None)
    named = None if public_id is None else str(public_id)
    kind = "user_id" if getattr(caller, "is_person", True) else "key_id"
    structlog.contextvars.bind_contextvars(**{kind: named})


class RequestLogMiddleware(RequestMiddleware):
    """Logs a request by its path alone: what people search for, and what a client wrongly puts
    into an address, is nobody's business."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """This function will name a request in the log."""
        return f"{request.method} {request.path}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """This function will name who asks, if that was looked up: a log asks no database."""
        caller = getattr(request, "user", None)
        if getattr(caller, "_wrapped", None) is not empty:
            bind_caller(caller)

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """This function will name who asks by the address that a proxy of ours saw, never by one
        that they say of themselves."""
        structlog.contextvars.bind_contextvars(ip=current_client_address() or None)
