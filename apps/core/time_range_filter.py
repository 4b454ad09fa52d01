"""Narrowing a list to a span of time."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RangeDateTimeFilter


class TimeRangeFilter(RangeDateTimeFilter):
    """From one moment to another, in UTC. A day without a time is the whole of it."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """This function will keep what lies in the range; what makes no sense bounds nothing."""
        since = self._moment("from", time.min)
        until = self._moment("to", time.max)
        name = self.field_path
        rows = queryset.filter(**{f"{name}__gte": since}) if since else queryset
        return rows.filter(**{f"{name}__lte": until}) if until else rows

    def _moment(self, which: str, whole_day: time) -> datetime | None:
        day, hour = (
            self.used_parameters.get(f"{self.parameter_name}_{which}_{part}") or ""
            for part in (0, 1)
        )
        try:
            at = time.fromisoformat(hour) if hour else whole_day
            return datetime.combine(date.fromisoformat(day), at, tzinfo=UTC)
        except ValueError:
            return None
