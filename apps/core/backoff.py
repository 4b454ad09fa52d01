"""How long to wait before something is tried again."""

import random
from datetime import timedelta


def backoff(attempts: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """This function will return the pause after so many failed attempts, one or more of them.

    It doubles from `first` up to `longest`, with jitter so that those who failed together do not
    return together (Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog 2015), and is
    never under half of that, so that whoever is in trouble is not hammered.
    """
    doublings = min(attempts - 1, 62)
    seconds = min(first.total_seconds() * 2**doublings, longest.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.5, 1))  # noqa: S311 - not a secret
