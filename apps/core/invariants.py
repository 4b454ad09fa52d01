"""A promise that SQL can check. Apps list theirs in `invariants.py`; `doctor` runs them all."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """`broken_rows` is a SELECT that returns the rows at fault, and no row when all is well."""

    id: str
    promise: str
    broken_rows: str
