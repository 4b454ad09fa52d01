"""One click on what is wrong."""

from datetime import datetime

from apps.backoffice.errors import NothingTold, NotWrong, WrongOtherwise
from apps.backoffice.services.find_exceptions import entry_of
from apps.core.errors import NotFound
from apps.core.inbox_kinds import Fix, Kind
from apps.events.actors import Actor
from apps.stores.models import Store


def settle_exception(
    *, store: Store, kind: Kind, fix: Fix, key: int, told: str, by: Actor, now: datetime
) -> str:
    """This function will do what a fix does about a row (primary key), and return what to tell.

    `told` is what was said to be wrong with it when somebody decided. A second click finds nothing
    wrong any more; of two at once, the service refuses one, or finds it done.

    Raises:
        NotFound: the store has no such row.
        NothingTold: nobody was shown what is wrong.
        NotWrong: it is settled already.
        WrongOtherwise: what is wrong by now is something else.
        CommerceError: the service refuses.
    """
    rows = kind.rows(store)
    if not rows.filter(pk=key).exists():
        raise NotFound
    if not told:
        raise NothingTold
    wrong = kind.wrong(rows, now).filter(pk=key)
    row = wrong.first()
    told_now = {entry_of(kind, *facts).told for _, *facts in kind.facts(wrong)}
    if row is None or not told_now:
        raise NotWrong
    if told not in told_now:
        raise WrongOtherwise
    return fix.act(store=store, row=row, by=by, now=now)
