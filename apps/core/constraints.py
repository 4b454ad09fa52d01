"""From a violated constraint to the error it stands for."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from apps.core.errors import CommerceError


def violated_constraint(error: IntegrityError) -> str:
    """This function will return the name of the constraint, or "" when the database names none."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None) or ""


@contextmanager
def refined(errors: Mapping[str, Callable[[], CommerceError]]) -> Iterator[None]:
    """This function will turn the violation of a named constraint into the error given for it.

    The block runs in a savepoint, so the transaction around it lives on. A constraint that is not
    named stays an `IntegrityError`: it is a bug, not an answer.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        make = errors.get(violated_constraint(error))
        if make is None:
            raise
        raise make() from error
