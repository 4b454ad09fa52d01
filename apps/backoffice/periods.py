"""Which spans of time the dashboard's numbers are of, on the store's own clock. No database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Self
from zoneinfo import ZoneInfo

from apps.core.spans import Span

# Today, and so many days up to today.
LENGTHS = (1, 7, 30)
CHART_DAYS = max(LENGTHS)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Calendar:
    """The days up to a moment. It counts on the clock on the wall, for which a day is a day when it
    has 23 hours too, and answers in UTC: two times of one zone are compared without their offset.
    """

    now: datetime
    zone: ZoneInfo

    @classmethod
    def at(cls, moment: datetime, *, time_zone: str) -> Self:
        """This function will look at the store's clock. The second that runs is counted in."""
        second = moment.astimezone(UTC).replace(microsecond=0)
        return cls(second + _SECOND, ZoneInfo(time_zone))

    def midnight(self, days_ago: int) -> datetime:
        """This function will return when a day began."""
        today = (self.now - _SECOND).astimezone(self.zone)
        begun = today.replace(hour=0, minute=0, second=0, fold=0) - timedelta(days=days_ago)
        return begun.astimezone(UTC)

    def last(self, days: int) -> Span:
        """This function will return so many days, of which today is the last and is not over."""
        return Span(self.midnight(days - 1), self.now)

    def before(self, days: int) -> Span:
        """This function will return the same span, as many days earlier: it ends at the same time
        of the day, so that a morning is compared with a morning."""
        return Span(self.midnight(2 * days - 1), self._earlier(days))

    def days(self) -> list[Span]:
        """This function will return the days of the chart, the earliest first."""
        ends = [*(self.midnight(ago) for ago in range(CHART_DAYS - 1, -1, -1)), self.now]
        return [Span(*pair) for pair in pairwise(ends)]

    def edges(self) -> list[datetime]:
        """This function will return all moments at which one of these spans begins or ends, in
        order; the last is now."""
        begins = {self.midnight(ago) for ago in range(2 * CHART_DAYS)}
        return sorted({*begins, *(self._earlier(days) for days in LENGTHS), self.now})

    def _earlier(self, days: int) -> datetime:
        return (self.now.astimezone(self.zone) - timedelta(days=days)).astimezone(UTC)
