"""A bounded second try for what the database could not order by itself."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError
from psycopg import errors as postgres

from apps.core.transactions import in_transaction

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 4
_TRANSIENT = (postgres.DeadlockDetected, postgres.SerializationFailure)


def retry_conflicts(function: Callable[P, R]) -> Callable[P, R]:
    """This function will run a whole use case again after a deadlock or serialization failure.

    At most `ATTEMPTS` times, with a growing random pause. Inside somebody else's transaction it
    does nothing: only the outermost edge can begin again.
    """

    @wraps(function)
    def retried(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, ATTEMPTS):
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                if in_transaction() or not isinstance(error.__cause__, _TRANSIENT):
                    raise
                time.sleep(random.uniform(0, 0.05) * attempt)  # noqa: S311 - not a secret
        return function(*args, **kwargs)

    return retried
