"""Where a new variant or image stands among its siblings."""

from typing import Any

from django.db.models import QuerySet

from apps.catalog.errors import ProductIsFull


def place_after(siblings: QuerySet[Any], *, most: int) -> int:
    """This function will return the position behind the last sibling.

    Raises:
        ProductIsFull: there are as many as there may be.
    """
    taken = siblings.values_list("position", flat=True)
    if len(taken) >= most:
        raise ProductIsFull
    return max(taken, default=-1) + 1
