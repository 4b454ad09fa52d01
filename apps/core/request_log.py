"""The lines that tell of every request."""

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

from apps.core.client_address import current_client_address


class RequestLogMiddleware(RequestMiddleware):
    """Logs a request by its path alone: what people search for, and what a client wrongly puts
    into an address, is nobody's business."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """This function will name a request in the log."""
        return f"{request.method} {request.path}"

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """This function will name who asks by the address that a proxy of ours saw, never by one
        that they say of themselves."""
        structlog.contextvars.bind_contextvars(ip=current_client_address() or None)
