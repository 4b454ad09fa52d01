"""What every answer says to a browser or a cache, and which requests are not even read."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.views.static import serve

from apps.core.problems import respond

# Nothing of what we serve asks for any of these.
_NO_FEATURES = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
# Who sends one of these is somebody, and what they are answered is theirs.
_PERSONAL = ("HTTP_AUTHORIZATION", "HTTP_X_CART_TOKEN", "HTTP_X_ADMIN_TOKEN")


class EdgeMiddleware:
    """Pictures may be shown by other sites, everything else is for ours; and no cache, shared or a
    browser's own, keeps what is personal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._answer(request)
        response.headers.setdefault("Permissions-Policy", _NO_FEATURES)
        is_media = request.path_info.startswith(settings.MEDIA_URL)
        response.headers.setdefault(
            "Cross-Origin-Resource-Policy", "cross-origin" if is_media else "same-origin"
        )
        if _is_personal(request, response):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return respond(
                request=request,
                status=411,
                code="length_required",
                detail="Send the body in one piece, with its Content-Length.",
            )
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            refused = respond(
                request=request,
                status=405,
                code="method_not_allowed",
                detail=f'Method "{request.method}" not allowed.',
            )
            refused["Allow"] = response["Allow"]
            return refused
        return response


def _is_personal(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        any(header in request.META for header in _PERSONAL)
        or settings.SESSION_COOKIE_NAME in request.COOKIES
        or request.method not in {"GET", "HEAD", "OPTIONS"}
        or "X-Cart-Token" in response
    )


def serve_media(request: HttpRequest, path: str, **options: Any) -> HttpResponseBase:
    """This function will serve a picture; what can be no file's name is no file.

    Raises:
        Http404: there is none.
    """
    try:
        return serve(request, path, **options)
    except (OSError, ValueError) as error:
        raise Http404 from error
