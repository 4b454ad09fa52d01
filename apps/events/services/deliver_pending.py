"""Handing events to their subscribers in this process, without a broker."""

import time

from django.utils import timezone

from apps.events.models import Delivery
from apps.events.services.deliver_event import Outcome, deliver_event
from apps.events.services.number_events import number_events

_BATCH = 100


def deliver_pending(*, seconds: float = 30) -> int:
    """This function will deliver what is due until nothing is left or the time is up.

    Any number of processes may do so at once, beside the workers: a row another one holds is
    skipped. A subscriber that fails is tried again later, and the others are not kept waiting.
    Events that subscribers publish meanwhile are delivered too. Returns how many deliveries took
    effect.
    """
    deadline = time.monotonic() + seconds
    delivered = 0
    while time.monotonic() < deadline:
        while number_events():
            pass
        due = Delivery.objects.due(now=timezone.now()).order_by("next_attempt_at", "pk")
        waiting = list(due.values_list("public_id", flat=True)[:_BATCH])
        # Rows that others hold are skipped: a batch without progress is theirs to finish.
        outcomes = [
            deliver_event(delivery_id=public_id)
            for public_id in waiting
            if time.monotonic() < deadline
        ]
        delivered += outcomes.count(Outcome.DONE)
        if all(outcome is Outcome.NOT_DUE for outcome in outcomes):
            break
    return delivered
