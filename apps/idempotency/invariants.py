"""I8: no idempotency row outlives its use."""

from apps.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        id="I8",
        promise="no idempotency key is older than two days",
        broken_rows="""
            SELECT id, created_at FROM idempotency_idempotencykey
            WHERE created_at < now() - interval '48 hours'
        """,
    ),
]
