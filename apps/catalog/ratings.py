"""Stars and half points: a rating of 4.5 stars is kept as nine half points."""

from decimal import ROUND_HALF_UP, Decimal

MOST_POINTS = 10
_HALF = Decimal(2)
_TENTH = Decimal("0.1")


def points_of(stars: Decimal) -> int:
    """This function will return the half points of a rating from 0.0 to 5.0 in halves.

    Raises:
        ValueError: it is no such rating.
    """
    points = stars * _HALF
    if not stars.is_finite() or points != points.to_integral_value():
        raise ValueError("A rating has whole or half stars.")
    if not 0 <= points <= MOST_POINTS:
        raise ValueError("A rating is from 0.0 to 5.0.")
    return int(points)


def stars_of(points: int) -> str:
    """This function will return a rating as it is shown, such as "4.5"."""
    return str((points / _HALF).quantize(_TENTH))


def average_of(*, points: int, count: int) -> str | None:
    """This function will return the mean of so many ratings, rounded half up to a tenth of a star.

    `points` is the sum of their half points. Without ratings there is no mean.
    """
    if not count:
        return None
    return str((points / _HALF / count).quantize(_TENTH, rounding=ROUND_HALF_UP))
