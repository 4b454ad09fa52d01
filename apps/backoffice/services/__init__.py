from apps.backoffice.services.check_health import Health, PoolUse, Status, check_health
from apps.backoffice.services.check_invariants import Finding, check_invariants
from apps.backoffice.services.check_readiness import check_readiness
from apps.backoffice.services.find_exceptions import Entry, exception_kinds, find_exceptions
from apps.backoffice.services.open_store import OpenedStore, open_store
from apps.backoffice.services.rotate_encryption_keys import (
    Rotated,
    count_rows_to_rotate,
    rotate_encryption_keys,
)
from apps.backoffice.services.settle_exception import settle_exception

__all__ = [
    "Entry",
    "Finding",
    "Health",
    "OpenedStore",
    "PoolUse",
    "Rotated",
    "Status",
    "check_health",
    "check_invariants",
    "check_readiness",
    "count_rows_to_rotate",
    "exception_kinds",
    "find_exceptions",
    "open_store",
    "rotate_encryption_keys",
    "settle_exception",
]
