"""A promise that can be checked. Apps list theirs in `invariants.py`; `doctor` runs them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """`broken_rows` is a SELECT that returns the rows at fault, and no row when all is well.

    `parameters` tells what is in it by name and known only when it is asked: `%(name)s`.

    What no SELECT can see, because it lies in two databases, has a function instead that yields the
    rows at fault: `find_broken` is its dotted path, for it is a service, and those know of more.
    """

    id: str
    promise: str
    broken_rows: str = ""
    parameters: Callable[[], Mapping[str, Any]] | None = None
    find_broken: str = ""
