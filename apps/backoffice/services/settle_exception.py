"""One click on what is wrong."""

from datetime import datetime

from apps.backoffice.errors import NotWrong
from apps.core.errors import NotFound
from apps.core.inbox_kinds import Fix, Kind
from apps.events.actors import Actor
from apps.stores.models import Store


def settle_exception(
    *, store: Store, kind: Kind, fix: Fix, key: int, by: Actor, now: datetime
) -> str:
    """This function will do what a fix does about a row (primary key), and return what to tell.

    A second click finds nothing wrong any more; of two at once, the service refuses one.

    Raises:
        NotFound: the store has no such row.
        NotWrong: it is settled already.
        CommerceError: the service refuses.
    """
    rows = kind.rows(store)
    if not rows.filter(pk=key).exists():
        raise NotFound
    row = kind.wrong(rows, now).filter(pk=key).first()
    if row is None:
        raise NotWrong
    return fix.act(store=store, row=row, by=by, now=now)
