from apps.backoffice.services.check_health import Health, PoolUse, Status, check_health
from apps.backoffice.services.check_invariants import Finding, check_invariants
from apps.backoffice.services.check_readiness import check_readiness

__all__ = [
    "Finding",
    "Health",
    "PoolUse",
    "Status",
    "check_health",
    "check_invariants",
    "check_readiness",
]
