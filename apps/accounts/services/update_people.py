"""Another shop knows more about customers of this one."""

from collections.abc import Mapping

from apps.accounts.errors import TAKEN, CustomerNotFound
from apps.accounts.events import CustomerUpdated
from apps.accounts.models import User
from apps.accounts.past import PastPerson
from apps.core.constraints import refined
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


def fields_to_change(*, person: User, said: PastPerson) -> list[str]:
    """This function will set on a person what the other shop says and this one does not know, or
    knows otherwise, and return the names of it; nothing is saved.

    An address or a number that is there already stays: the person may have changed it since.
    Whether somebody may log in is decided here, too.
    """
    metadata = {**(person.metadata or {}), **said.metadata}
    wanted = {
        "email": person.email or User.objects.normalize_email(said.email),
        "external_id": person.external_id or said.external_id or None,
        "full_name": said.full_name or person.full_name,
        "metadata": metadata or None,
    }
    changed = [name for name, value in wanted.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, wanted[name])
    return changed


@requires_transaction
def update_people(
    *,
    store: Store,
    people: Mapping[int, PastPerson],
    by: Actor,
    versions: Mapping[int, int] | None = None,
) -> dict[int, User]:
    """This function will add to customers (primary keys) what another shop knows of them.

    `versions` are those that the caller has read. Returns them as they are now, by key.

    Raises:
        CustomerNotFound: one is none any more.
        PersonErased: one is forgotten, and stays so.
        PreconditionFailed: somebody else has changed one since.
        EmailTaken, ExternalIdTaken: the store knows somebody else by that.
    """
    rows = User.objects.customers(store=store).filter(pk__in=people).select_related("store")
    known = {person.pk: person for person in rows.locked()}
    if known.keys() != people.keys():
        raise CustomerNotFound
    changed = []
    for pk, person in known.items():
        person.require_known()
        person.require_version((versions or {}).get(pk))
        if fields := fields_to_change(person=person, said=people[pk]):
            with refined(TAKEN):
                person.save(update_fields=fields)
            changed.append(person)
    facts = [CustomerUpdated(aggregate_id=person.public_id) for person in changed]
    events.publish(*facts, store=store, by=by)
    return known
