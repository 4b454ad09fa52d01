"""Keeping the answer with the key."""

from collections.abc import Mapping

from apps.core.transactions import requires_transaction
from apps.idempotency.services.claim_key import Claim


@requires_transaction
def remember_answer(*, claim: Claim, status: int, headers: Mapping[str, str], body: str) -> None:
    """This function will store what the first request was answered, for its repetitions."""
    claim.rows.update(status=status, headers=dict(headers), body=body, held_until=None)
