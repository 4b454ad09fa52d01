"""The promises of an app, asked of the database."""

from collections.abc import Iterable

from django.db import connection
from django.utils.module_loading import import_string

from apps.core.invariants import Invariant


def broken_among(invariants: Iterable[Invariant]) -> list[str]:
    """This function will return the promises that are not kept now."""
    broken = []
    with connection.cursor() as cursor:
        for invariant in invariants:
            if invariant.find_broken:
                rows = list(import_string(invariant.find_broken)())
            else:
                cursor.execute(
                    invariant.broken_rows, invariant.parameters and invariant.parameters()
                )
                rows = cursor.fetchall()
            if rows:
                broken.append(invariant.promise)
    return broken
