"""What follows when somebody may no longer log in, or may again."""

from apps.accounts.events import CustomerDeactivated, CustomerReactivated
from apps.accounts.models import EndReason, User
from apps.accounts.services.end_sessions import end_sessions
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor


@requires_transaction
def apply_activity(*, person: User, was_active: bool, by: Actor) -> None:
    """This function will tell of it, and end the sessions of who may no longer log in.

    The caller has saved the person.
    """
    if person.is_active == was_active:
        return
    happened = CustomerReactivated if person.is_active else CustomerDeactivated
    events.publish(happened(aggregate_id=person.public_id), store=person.store, by=by)
    if not person.is_active:
        end_sessions(person=person, reason=EndReason.DEACTIVATED, by=by)
