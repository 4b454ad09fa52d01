"""A gateway that gave no answer is asked again later, and less often each time."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from apps.core.backoff import backoff
from apps.payments.models import Payment, Refund

_LONGEST = timedelta(hours=1)


@transaction.atomic
def plan_next_check(*, call: Payment | Refund, now: datetime) -> None:
    """This function will plan when a gateway that was silent is asked again about a payment or
    refund. One that was settled meanwhile is left as it is."""
    for row in type(call).objects.filter(pk=call.pk, check_at__isnull=False).locked():
        silences = row.attempts + 1
        first = timedelta(seconds=settings.PAYMENT_RETRY_SECONDS)
        pause = backoff(silences, first=first, longest=_LONGEST)
        row.plan_check(at=now + pause, attempts=silences)
