"""Who may look behind the scenes."""

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.core.client_address import is_within, read_address

# Whoever sends one of these came through a proxy, and the address is the proxy's, not theirs.
_FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")


def may_see_operations(request: Request) -> bool:
    """This function will tell whether a request is from the internal network or from who may read
    operations.

    The network is asked about first: it needs no database, which may be what is down.
    """
    return is_internal(request._request) or holds(  # noqa: SLF001
        request.user, Scope.READ_OPERATIONS
    )


def is_internal(request: HttpRequest) -> bool:
    """This function will tell whether a request comes directly from `INTERNAL_IPS`.

    Its entries are addresses or networks such as 10.0.0.0/8.
    """
    if any(header in request.headers for header in _FORWARDED):
        return False
    return is_within(read_address(request.META.get("REMOTE_ADDR", "")), settings.INTERNAL_IPS)
