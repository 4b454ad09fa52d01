"""The promises, asked of the database after each test that could have broken one."""

from apps.inventory.invariants import INVARIANTS
from tests.promises import broken_among


def broken_promises() -> list[str]:
    """This function will return the promises of inventory that do not hold now."""
    return broken_among(INVARIANTS)
