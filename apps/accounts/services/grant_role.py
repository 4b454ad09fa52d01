"""Making somebody a member of a store's staff."""

from django.db import transaction

from apps.accounts.authority import require_authority
from apps.accounts.errors import EmailTaken
from apps.accounts.events import RoleGranted
from apps.accounts.models import Membership, User
from apps.accounts.scopes import SCOPES_OF, Role, Scope
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@transaction.atomic
def grant_role(*, person: User, store: Store, role: Role, by: Actor) -> Membership:
    """This function will give somebody a role in a store; to give it again changes nothing.

    Raises:
        MissingScope: `by` does not manage the staff of that store.
        RightsExceeded: the role is above those of `by`.
        PersonErased: they were forgotten meanwhile.
        EmailTaken: somebody else is known there by the person's address, so that they could not
            log in.
    """
    require_authority(by, store=store, to=Scope.MANAGE_STAFF, over=SCOPES_OF[role])
    (person,) = User.objects.filter(pk=person.pk).locked()
    person.require_known()
    known = User.objects.with_email(store=store, email=person.email)
    if known is not None and known.pk != person.pk and not known.is_superuser:
        raise EmailTaken("The store knows somebody else by this address.")
    held = {one.role: one for one in person.memberships.filter(store=store)}
    if role in held:
        return held[role]
    membership = Membership.objects.create(person=person, store=store, role=role)
    if not person.is_staff:
        person.is_staff = True
        person.save(update_fields=["is_staff"])
    granted = RoleGranted(
        aggregate_id=person.public_id,
        role=role,
        changes={"roles": [sorted(held), sorted([*held, role])]},
    )
    events.publish(granted, store=store, by=by)
    return membership
