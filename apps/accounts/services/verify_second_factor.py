"""Showing a second time who one is."""

from datetime import datetime

from django.db import transaction

from apps.accounts.events import RecoveryCodeUsed
from apps.accounts.models import RecoveryCode, SecondFactor, User
from apps.accounts.models.recovery_code import digest_of
from apps.events import services as events


@transaction.atomic
def verify_second_factor(*, person: User, code: str, now: datetime) -> SecondFactor | None:
    """This function will return the authenticator of who shows its code, or a recovery code; each
    is taken once.

    `None` when neither is right. Nothing is raised, so that the failure stays counted: after it,
    codes of the authenticator are refused for a while. Recovery codes cannot be guessed, and are
    not.
    """
    for device in SecondFactor.objects.in_use_by(person).locked():
        if _take_recovery_code(person, code=code, now=now) or device.verify_token(code):
            return device
    return None


def _take_recovery_code(person: User, *, code: str, now: datetime) -> bool:
    unused = RecoveryCode.objects.filter(person=person, used_at__isnull=True)
    if not unused.filter(digest=digest_of(code)).update(used_at=now):
        return False
    used = RecoveryCodeUsed(aggregate_id=person.public_id, left=unused.count())
    events.publish(used, store=person.store, by=person)
    return True
