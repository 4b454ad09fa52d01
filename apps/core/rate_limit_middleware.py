"""What every answer tells of limits, and the limits of pages that are no API views."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.core.problems import respond
from apps.core.rate_limits import TooManyRequests, Usage
from apps.core.throttling import count_form


class RateLimitMiddleware:
    """Counts the forms of `RATE_LIMITED_PAGES`, and tells every client how it stands.

    `RateLimit` and `RateLimit-Policy` are as in draft-ietf-httpapi-ratelimit-headers-10.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if used := getattr(request, "limits_used", None):
            response["RateLimit-Policy"] = ", ".join(map(_policy, used))
            response["RateLimit"] = ", ".join(map(_standing, used))
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """This function will count a form before its page sees it."""
        page = request.resolver_match.view_name if request.resolver_match else ""
        if request.method != "POST" or page not in settings.RATE_LIMITED_PAGES:
            return None
        try:
            count_form(request, settings.RATE_LIMITED_PAGES[page])
        except TooManyRequests as refusal:
            return _refused(request, refusal)
        return None


def _refused(request: HttpRequest, refusal: TooManyRequests) -> HttpResponse:
    answer = respond(
        request=request, status=refusal.status, code=refusal.code, detail=refusal.detail
    )
    answer["Retry-After"] = str(refusal.extensions["retry_after"])
    return answer


def _policy(usage: Usage) -> str:
    return f'"{usage.limit}";q={usage.rate.requests};w={usage.rate.seconds}'


def _standing(usage: Usage) -> str:
    return f'"{usage.limit}";r={usage.remaining};t={usage.seconds_left}'
