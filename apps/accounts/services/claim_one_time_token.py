"""Taking what a mailed link proves."""

from datetime import datetime
from uuid import UUID

from apps.accounts.errors import InvalidOneTimeToken
from apps.accounts.models import OneTimeToken, User
from apps.core.transactions import requires_transaction
from apps.stores.models import Store


@requires_transaction
def claim_one_time_token(
    *, store: Store, token: str, purpose: OneTimeToken.Purpose, now: datetime
) -> User:
    """This function will use a token up and return the person it was mailed to, locked.

    The token's row is locked before the person's, here and wherever both are.

    Raises:
        InvalidOneTimeToken: it proves nothing, or nothing any more.
    """
    mailed = OneTimeToken.objects.for_store(store).filter(person__isnull=False)
    rows = mailed.filter(public_id=_id_in(token), purpose=purpose).locked()
    if not rows or not rows[0].is_open(now=now):
        raise InvalidOneTimeToken
    row = rows[0]
    (person,) = User.objects.filter(pk=row.person_id).select_related("store").locked()
    if not person.is_active or not row.is_shown_by(person, token=token):
        raise InvalidOneTimeToken
    row.used_at = now
    row.save(update_fields=["used_at"])
    return person


def _id_in(token: str) -> UUID:
    try:
        return UUID(hex=token.partition(".")[0])
    except ValueError:
        raise InvalidOneTimeToken from None
