"""Narrowing a list of the staff site to a span of time on the store's own clock."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.core.spans import Span

_CHOICES = {"1": "Today", "7": "Last 7 days", "30": "Last 30 days"}


class SpanFilter(admin.SimpleListFilter):
    """Days up to today, or a span that a link to the list names (`Span`)."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """This function will return what can be chosen, and what a link has chosen."""
        named = Span.parse(self.value() or "")
        if named is None:
            return [*_CHOICES.items()]
        zone = ZoneInfo(request.store.time_zone)  # type: ignore[attr-defined]
        ends = (named.since, named.until)
        spelled = " to ".join(f"{end.astimezone(zone):%Y-%m-%d %H:%M}" for end in ends)
        return [*_CHOICES.items(), (str(named), spelled)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """This function will keep the rows of the span chosen."""
        chosen = self.value() or ""
        zone = ZoneInfo(request.store.time_zone)  # type: ignore[attr-defined]
        span = _up_to_now(int(chosen), zone) if chosen in _CHOICES else Span.parse(chosen)
        return self.within(queryset, span, request) if span else queryset

    def within(self, rows: QuerySet[Any], span: Span, request: HttpRequest) -> QuerySet[Any]:
        """This function will keep the rows that were made in a span."""
        return rows.filter(created_at__gte=span.since, created_at__lt=span.until)


def _up_to_now(days: int, zone: ZoneInfo) -> Span:
    now: datetime = timezone.now().astimezone(zone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Span(midnight - timedelta(days=days - 1), now)
