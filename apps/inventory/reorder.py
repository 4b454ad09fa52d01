"""How many to order again: what the ledger can answer for, and nothing it cannot."""

SOLD_IN_DAYS = 30


def suggested_quantity(*, sold: int, available: int, threshold: int) -> int | None:
    """This function will return how many to order so that as many may be sold again, in as many
    days, before the rest is low.

    Of what was not sold nobody can tell: `None`.
    """
    if sold <= 0:
        return None
    return max(0, sold + threshold - available)
