"""How much a product sells, what sold lately counting more.

Forward decay (Cormode, Shkapenyuk, Srivastava and Xu, "Forward Decay: A Practical Time Decay Model
for Streaming Systems", ICDE 2009), exponential: with a landmark L before now,

    popularity(p) = Σ 2^((t - L) / H) over the orders of p that are paid for, t when they were paid

Divided by 2^((now - L) / H) it is the number of orders, each half as much for each half-life H that
it lies back. That divisor is the same for all products and is left out: so the numbers stand in the
right order, and stay as they are while nothing is sold. L moves every 8 half-lives, for they would
grow without end; then all of them shrink alike, to a 256th.
"""

from datetime import UTC, datetime, timedelta

HALF_LIFE = timedelta(days=30)
_PERIOD = 8 * HALF_LIFE
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def landmark(*, now: datetime) -> datetime:
    """This function will return L: at most 8 half-lives before now, the same for all who ask."""
    return _EPOCH + (now - _EPOCH) // _PERIOD * _PERIOD
