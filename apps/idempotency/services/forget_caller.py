"""Forgetting what somebody was answered."""

from uuid import UUID

from django.db.models import QuerySet

from apps.core.transactions import requires_transaction
from apps.idempotency.models import IdempotencyKey


def answers_of(*, caller: str, store: UUID) -> QuerySet[IdempotencyKey]:
    """This function will find the answers that are kept for a caller, oldest first."""
    return IdempotencyKey.objects.filter(store=store, caller=caller).order_by("pk")


@requires_transaction
def forget_caller(*, caller: str, store: UUID) -> int:
    """This function will delete a caller's keys and answers; it returns how many."""
    deleted, _ = answers_of(caller=caller, store=store).delete()
    return deleted
