"""The promises, asked of the database after each test that could have broken one."""

from django.db import connection

from apps.inventory.invariants import INVARIANTS


def broken_promises() -> list[str]:
    """This function will return the promises of inventory that do not hold now."""
    broken = []
    with connection.cursor() as cursor:
        for invariant in INVARIANTS:
            cursor.execute(invariant.broken_rows)
            if cursor.fetchall():
                broken.append(invariant.promise)
    return broken
