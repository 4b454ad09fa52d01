"""When to tell staff that something runs out: the facts to announce, of rows that were read."""

from collections.abc import Iterable

from apps.inventory.events import StockLow, Watched


def low_after(taken: Iterable[tuple[Watched, int]]) -> list[StockLow]:
    """This function will tell of the rows that were above their threshold before so many were taken
    from them, and are not now.

    The rows show it already. Only the step over the edge counts: a row that is low stays so with
    each sale, and would be told of each time.
    """
    return [
        StockLow.of(item)
        for item, quantity in taken
        if item.available <= item.threshold < item.available + quantity
    ]
