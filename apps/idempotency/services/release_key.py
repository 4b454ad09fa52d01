"""Giving a key back."""

from apps.idempotency.services.claim_key import Claim


def release_key(*, claim: Claim) -> None:
    """This function will free a key whose request was refused, for the corrected state of things.

    A key that has its answer keeps it.
    """
    claim.rows.filter(status=None).delete()
