"""Taking a role away again."""

from collections.abc import Sequence

from django.db import transaction

from apps.accounts.authority import require_authority
from apps.accounts.errors import LastAdmin, RoleNotHeld
from apps.accounts.events import RoleWithdrawn
from apps.accounts.models import Membership, User
from apps.accounts.scopes import SCOPES_OF, Role, Scope
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@transaction.atomic
def withdraw_role(*, person: User, store: Store, role: Role, by: Actor) -> None:
    """This function will take a role of somebody in a store away, from their next request on.

    Raises:
        MissingScope: `by` does not manage the staff of that store.
        RightsExceeded: the role is above those of `by`.
        RoleNotHeld: the person does not have it.
        LastAdmin: nobody else who may log in is an admin of that store.
    """
    require_authority(by, store=store, to=Scope.MANAGE_STAFF, over=SCOPES_OF[role])
    (person,) = User.objects.filter(pk=person.pk).locked()
    # All who have the role: of two admins who withdraw each other one stays.
    holders = Membership.objects.for_store(store).filter(role=role).locked()
    own = next((one for one in holders if one.person_id == person.pk), None)
    if own is None:
        raise RoleNotHeld
    if role == Role.ADMIN and not _is_there_another(holders, person):
        raise LastAdmin("Make somebody else an admin first.")
    before = sorted(one.role for one in person.memberships.filter(store=store))
    own.delete()
    _stay_staff_while_there_is_a_role(person)
    withdrawn = RoleWithdrawn(
        aggregate_id=person.public_id,
        role=role,
        changes={"roles": [before, [one for one in before if one != role]]},
    )
    events.publish(withdrawn, store=store, by=by)


def _is_there_another(holders: Sequence[Membership], person: User) -> bool:
    """Who may not log in makes nobody an admin."""
    others = [one.person_id for one in holders if one.person_id != person.pk]
    return User.objects.filter(pk__in=others, is_active=True).exists()


def _stay_staff_while_there_is_a_role(person: User) -> None:
    if not person.is_superuser and not person.memberships.exists():
        person.is_staff = False
        person.save(update_fields=["is_staff"])
