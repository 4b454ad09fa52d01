"""Guards that say where a transaction must be, and where none may be."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections

P = ParamSpec("P")
R = TypeVar("R")


class TransactionRequired(RuntimeError):
    """Locks were asked for outside a transaction: they would be gone at once."""


class TransactionForbidden(RuntimeError):
    """The network was about to be waited for while rows are locked."""


def in_transaction(*, using: str = DEFAULT_DB_ALIAS) -> bool:
    """This function will tell whether a transaction is open, the one around a test case apart."""
    connection = connections[using]
    blocks = connection.atomic_blocks
    return connection.in_atomic_block and not (
        blocks and getattr(blocks[-1], "_from_testcase", False)
    )


def require_transaction(what: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """This function will raise `TransactionRequired` unless a transaction is open."""
    if not connections[using].in_atomic_block:
        raise TransactionRequired(f"{what} needs a transaction")


def requires_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """This function will mark a function that locks, or writes, for its caller's transaction."""

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        require_transaction(function.__qualname__)
        return function(*args, **kwargs)

    return guarded


def forbids_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """This function will mark a function that leaves the process: no row may be locked then."""

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if in_transaction():
            raise TransactionForbidden(f"{function.__qualname__} inside a transaction")
        return function(*args, **kwargs)

    return guarded
