"""Filters that all lists share."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django_filters.fields import IsoDateTimeField


class InstantField(IsoDateTimeField):
    """An ISO 8601 time as UTC: the database does not take every offset that Python does."""

    def to_python(self, value: Any) -> datetime | None:
        instant = super().to_python(value)
        try:
            return instant.astimezone(UTC) if instant else None
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class InstantFilter(django_filters.IsoDateTimeFilter):
    """`?placed_after=2026-11-20T12:00:00Z`"""

    field_class = InstantField
