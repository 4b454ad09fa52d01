"""Forgetting what somebody was answered."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from apps.core.transactions import requires_transaction
from apps.idempotency.models import IdempotencyKey


def answers_of(*, caller: str, stores: Collection[UUID]) -> QuerySet[IdempotencyKey]:
    """This function will find the answers that are kept for a caller in any of the stores
    (public ids), oldest first."""
    return IdempotencyKey.objects.filter(store__in=stores, caller=caller).order_by("pk")


@requires_transaction
def forget_caller(*, caller: str, stores: Collection[UUID]) -> int:
    """This function will delete a caller's answers in these stores, and return how many."""
    deleted, _ = answers_of(caller=caller, stores=stores).delete()
    return deleted
