"""A promise that SQL can check. Apps list theirs in `invariants.py`; `doctor` runs them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """`broken_rows` is a SELECT that returns the rows at fault, and no row when all is well.

    `parameters` tells what is in it by name and known only when it is asked: `%(name)s`.
    """

    id: str
    promise: str
    broken_rows: str
    parameters: Callable[[], Mapping[str, Any]] | None = None
