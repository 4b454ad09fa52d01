"""The lines that tell of every request."""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class RequestLogMiddleware(RequestMiddleware):
    """Logs a request by its path alone: what people search for, and what a client wrongly puts
    into an address, is nobody's business."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """This function will name a request in the log."""
        return f"{request.method} {request.path}"
