"""Which host belongs to which store: read at most every few seconds, for it hardly ever changes."""

import threading
import time

from django.conf import settings

from apps.stores.models import Store, StoreHost

_lock = threading.Lock()
_known: tuple[float, dict[str, Store], Store] | None = None


def store_for_host(host: str) -> Store:
    """This function will return the store that claims a host (without port), or the default one.

    An edit of a store is seen by every process after `STORE_DIRECTORY_SECONDS`.
    """
    _, by_host, default = _directory()
    return by_host.get(host.lower(), default)


def forget() -> None:
    """This function will have the directory read again at the next look-up in this process."""
    global _known  # noqa: PLW0603 - the directory is one for each process
    _known = None


def _directory() -> tuple[float, dict[str, Store], Store]:
    global _known  # noqa: PLW0603
    known = _known
    if known is not None and known[0] > time.monotonic():
        return known
    with _lock:
        default = Store.objects.default()
        by_host = {row.host.lower(): row.store for row in StoreHost.objects.select_related("store")}
        _known = (time.monotonic() + settings.STORE_DIRECTORY_SECONDS, by_host, default)
        return _known
