"""Where a request comes from, as far as it can be known.

The address that we see is the one that speaks to us: often a proxy's. Which proxies tell the truth
in `X-Forwarded-For` is for `TRUSTED_PROXIES` to say; whatever stands left of their words is the
client's own invention.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Address = IPv4Address | IPv6Address
# An entry of TRUSTED_PROXIES: whoever speaks through a Unix socket has no address.
UNIX_SOCKET = "unix"
# What a subscriber is given as a whole: its last 64 bits are for them to choose.
_SUBSCRIBER_BITS = 64

_current: ContextVar[str] = ContextVar("client_address", default="")


def current_client_address() -> str:
    """This function will return the address that the request being worked on comes from, or ""."""
    return _current.get()


@contextmanager
def bound_client_address(value: str) -> Iterator[None]:
    """This function will make `value` the current client address within the block."""
    token = _current.set(value)
    try:
        yield
    finally:
        _current.reset(token)


class ClientAddressMiddleware:
    """Finds out once where a request comes from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with bound_client_address(client_address(request)):
            return self.get_response(request)


def client_address(request: HttpRequest) -> str:
    """This function will return the caller's address, or "" where there is none.

    It is the right-most one that is not a trusted proxy's. Where a trusted proxy names nobody, or
    what is no address, it is the proxy's own.
    """
    found = read_address(request.META.get("REMOTE_ADDR", ""))
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while hops and _is_trusted(found):
        named = read_address(hops.pop())
        if named is None:
            break
        found = named
    return "" if found is None else str(found)


def read_address(text: str) -> Address | None:
    """This function will return the address in what a server or a proxy wrote: with a port, in
    brackets, with a zone, or IPv4 in the clothes of IPv6."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def subscriber_of(address: str) -> str:
    """This function will return what stands for one client in a count: an IPv4 address, or the /64
    network of an IPv6 one."""
    if ":" not in address:
        return address
    return str(ip_network(f"{address}/{_SUBSCRIBER_BITS}", strict=False))


def is_within(address: Address | None, entries: Sequence[str]) -> bool:
    """This function will tell whether an address is one of these, or in one of these networks."""
    return address is not None and any(address in network for network in _read(tuple(entries)))


def _is_trusted(address: Address | None) -> bool:
    if address is None:
        return UNIX_SOCKET in settings.TRUSTED_PROXIES
    return is_within(address, [one for one in settings.TRUSTED_PROXIES if one != UNIX_SOCKET])


@lru_cache(maxsize=16)
def _read(entries: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(entry, strict=False) for entry in entries]
