"""What is due to be asked about, each by one worker."""

import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.payments.models import Payment, Refund
from apps.payments.models.gateway_call import GatewayCallQuerySet

_BATCH = 20


def claim_due_calls(
    *, of: type[Payment] | type[Refund], now: datetime, seconds: float
) -> Iterator[UUID]:
    """This function will yield the public ids of what is due until nothing is left or the time is
    up, what waits longest first.

    Each is planned anew before it is asked about, so that any number of workers may do this at
    once. What was planned anew and there was no time for is due again at once. Asking takes the
    time it takes: leave some between `seconds` and the end of whoever asks.
    """
    deadline = time.monotonic() + seconds
    asked: list[UUID] = []
    while batch := _claimed(of.objects.exclude(public_id__in=asked), now=now):
        for place, public_id in enumerate(batch):
            if time.monotonic() >= deadline:
                _put_back(of, batch[place:], now=now)
                return
            asked.append(public_id)
            yield public_id


@transaction.atomic
def _claimed(calls: GatewayCallQuerySet[Any], *, now: datetime) -> list[UUID]:
    due = calls.due(now=now)
    longest = list(due.order_by("check_at").values_list("pk", flat=True)[:_BATCH])
    claimed = due.filter(pk__in=longest).locked(skip_locked=True)
    plans = defaultdict(list)
    for call in claimed:
        plans[call.next_check(now=now)].append(call.pk)
    for at, keys in plans.items():
        calls.filter(pk__in=keys).update(check_at=at)
    return [call.public_id for call in sorted(claimed, key=lambda call: call.check_at)]


def _put_back(of: type[Payment] | type[Refund], ids: list[UUID], *, now: datetime) -> None:
    of.objects.filter(public_id__in=ids, check_at__isnull=False).update(check_at=now)
