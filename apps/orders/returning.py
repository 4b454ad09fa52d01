"""Which earlier order something came back from. No database.

Of the lines of the customer that hold the variant, the latest that was placed before comes first:
what is sent back was bought last. So many of it come from there as are left, the rest from the one
before, and so on; what none of them has left is of an order that nobody knows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(kw_only=True)
class SoldLine:
    """An order line (primary key), and how many of it have not come back yet."""

    line_id: int
    order_id: int
    placed_at: datetime
    left: int


def shares(
    quantity: int, *, lines: Iterable[SoldLine], before: datetime
) -> Iterator[tuple[SoldLine | None, int]]:
    """This function will divide a quantity among lines, as above, and take it off what they have
    left. What is of no line comes last, with `None`."""
    earlier = [line for line in lines if line.left and line.placed_at <= before]
    for line in sorted(earlier, key=lambda line: (line.placed_at, line.line_id), reverse=True):
        taken = min(quantity, line.left)
        line.left -= taken
        quantity -= taken
        yield line, taken
        if not quantity:
            return
    yield None, quantity
