"""Who may give rights to others: never more than they have."""

from collections.abc import Iterable
from typing import Any

from apps.accounts.errors import RightsExceeded
from apps.accounts.scopes import Scope
from apps.core.access import MissingScope
from apps.stores.models import Store


def require_authority(by: Any, *, store: Store, to: Scope, over: Iterable[str]) -> None:
    """This function will demand that somebody holds a scope at a store, and all the rights that are
    given or taken. Nobody in particular (`None`) is who sits at the console.

    Raises:
        MissingScope: they lack the scope `to` at that store.
        RightsExceeded: they lack some of the rights.
    """
    if by is None:
        return
    held = by.scopes_at(store)
    if to not in held:
        raise MissingScope(to)
    if beyond := sorted(frozenset(over) - held):
        raise RightsExceeded(f"You do not have {', '.join(beyond)} yourself.", scopes=beyond)
