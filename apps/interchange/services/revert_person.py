"""Undoing what an import did to one customer."""

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.core.errors import PreconditionFailed
from apps.core.transactions import requires_transaction
from apps.interchange.errors import ChangedSince, NotRevertible
from apps.interchange.kinds import Import
from apps.interchange.models import ImportRow
from apps.orders.models import Order


@requires_transaction
def revert_person(row: ImportRow, *, run: Import) -> str:
    """This function will forget somebody who came with an import, or give back what they were.

    Raises:
        ChangedSince: somebody has changed them since, or they are gone.
        NotRevertible: they have ordered.
    """
    customers = User.objects.customers(store=run.store)
    person = customers.filter(public_id=row.target).select_related("store").first()
    if person is None or person.version != row.version:
        raise ChangedSince
    if row.outcome == ImportRow.Outcome.CREATED and Order.objects.filter(customer=person).exists():
        raise NotRevertible("They have ordered: their orders would be nobody's.")
    try:
        if row.outcome == ImportRow.Outcome.CREATED:
            accounts.withdraw_person(person=person, by=run.by, expected_version=person.version)
        elif row.before is None:
            raise NotRevertible("What they were before is not kept any more.")
        else:
            accounts.restore_person(
                person=person, values=row.before, by=run.by, expected_version=person.version
            )
    except PreconditionFailed as error:
        raise ChangedSince from error
    return ""
