"""How much what somebody has bought says of what they want now."""

LATEST_LINES = 100
HALF_LIFE_DAYS = 90


def weight(*, days: float) -> float:
    """This function will return what a purchase counts that lies so many days back."""
    return float(0.5 ** (days / HALF_LIFE_DAYS))
