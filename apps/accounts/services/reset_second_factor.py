"""An authenticator is lost."""

from django.db import transaction

from apps.accounts.errors import SecondFactorNotYours
from apps.accounts.events import SecondFactorReset
from apps.accounts.models import EndReason, RecoveryCode, SecondFactor, User
from apps.accounts.scopes import Scope
from apps.accounts.services.end_sessions import end_sessions
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@transaction.atomic
def reset_second_factor(*, person: User, by: Actor) -> bool:
    """This function will forget a person's authenticator and recovery codes, and end their
    sessions: whoever found the authenticator must not stay in. It returns whether there was one.

    Raises:
        SecondFactorNotYours: `by` is the person, or no operator while the person is one, or does
            not manage the staff of every store that the person works for.
    """
    if by is not None and not _may_reset(person, by):
        raise SecondFactorNotYours
    devices = SecondFactor.objects.filter(user=person).locked()
    for device in devices:
        device.delete()
    RecoveryCode.objects.filter(person=person).delete()
    if devices:
        reset = SecondFactorReset(aggregate_id=person.public_id)
        events.publish(reset, store=person.store, by=by)
        end_sessions(person=person, reason=EndReason.SECOND_FACTOR_CHANGED, by=by)
    return bool(devices)


def _may_reset(person: User, by: Actor) -> bool:
    if not isinstance(by, User) or by == person:
        return False
    if by.is_superuser or person.is_superuser:
        return by.is_superuser
    at_work = Store.objects.filter(pk__in=person.memberships.values("store"))
    return all(Scope.MANAGE_STAFF in by.scopes_at(store) for store in at_work)
