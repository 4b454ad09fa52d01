"""Which limits a request is counted on.

Each API view counts on "default"; one that matters more says what else:

class TokenView(APIView):
    limits = {"post": ("login", "login_account")}

The names are those of `RATE_LIMITS`; the keys are a viewset's actions, or an `APIView`'s methods in
lower case. A view with another `default_limit` counts on that one instead, or on none.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from unicodedata import normalize

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.core.client_address import current_client_address, subscriber_of
from apps.core.rate_limits import count_use
from apps.core.request_log import bind_caller

DEFAULT = "default"


class DeclaredLimits(BaseThrottle):
    """Counts a request on the limits of its view, in their order, and refuses it at the first that
    is used up."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """This function will let the request through, or raise `TooManyRequests`."""
        bind_caller(getattr(request, "_user", None))  # it has just become known
        _mark_counted(request)
        for name in declared_limits(view, request.method or ""):
            _count(request._request, name, _client_of(name, request))  # noqa: SLF001
        return True


def declared_limits(view: Any, method: str) -> list[str]:
    """This function will return the names of the limits that a call of a view counts on."""
    declared: Mapping[str, Iterable[str]] = getattr(view, "limits", {})
    action = getattr(view, "action", None) or method.lower()
    everywhere = getattr(view, "default_limit", DEFAULT)
    return [*([everywhere] if everywhere else []), *declared.get(action, ())]


def count_refused(request: Request, view: Any) -> None:
    """This function will count a request that was refused before its limits were looked at: for a
    token that is no good, above all. Without a caller it counts on the address.

    Raises:
        TooManyRequests: there were too many, and how the token was is nobody's business.
    """
    name = getattr(view, "default_limit", DEFAULT)
    if name and DeclaredLimits in view.throttle_classes and not _is_counted(request):
        _mark_counted(request)
        _count(request._request, name, _caller(request))  # noqa: SLF001


def count_form(request: HttpRequest, names: Iterable[str]) -> None:
    """This function will count a form that was sent to a page that is no API view.

    Raises:
        TooManyRequests: one of the limits is used up.
    """
    for name in names:
        by_account = name in settings.RATE_LIMITS_BY_ACCOUNT
        _count(request, name, _account(request.POST) if by_account else _address())


def _mark_counted(request: Request) -> None:
    request._request.is_counted = True  # type: ignore[attr-defined]  # noqa: SLF001


def _is_counted(request: Request) -> bool:
    return getattr(request._request, "is_counted", False)  # noqa: SLF001


def _count(request: HttpRequest, name: str, client: str) -> None:
    if client and (usage := count_use(limit=name, client=client)):
        known = getattr(request, "limits_used", [])
        request.limits_used = [*known, usage]  # type: ignore[attr-defined]
        usage.require_room()


def _client_of(name: str, request: Request) -> str:
    if name in settings.RATE_LIMITS_BY_ADDRESS:
        return _address()
    if name in settings.RATE_LIMITS_BY_ACCOUNT:
        return _account(request.data) or _caller(request)  # who is asked for their own password
    return _caller(request)


def _caller(request: Request) -> str:
    """Who was found to be asking, if that was looked at and somebody was found."""
    caller = getattr(request, "_user", None)
    if caller is None or not caller.is_authenticated:
        return _address()
    return f"caller {caller.public_id}"


def _address() -> str:
    """All who have none, as through a Unix socket, are one."""
    return f"address {subscriber_of(current_client_address())}"


def _account(sent: Any) -> str:
    """The account that is named in a form or a document, whether there is one or not.

    Django's form composes what is typed (NFKC): whatever it takes for one account counts as one.
    """
    if not isinstance(sent, Mapping):
        return ""
    named = sent.get("username") or sent.get("email")
    if not isinstance(named, str) or not named.strip():
        return ""
    return f"account {normalize('NFKC', named.strip())}"
