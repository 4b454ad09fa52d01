from typing import Any

import django_filters

from apps.events.models import OutboxEvent


class EventFilter(django_filters.FilterSet):
    """`?name=order.placed&aggregate_id=…&request_id=…`"""

    name = django_filters.CharFilter(max_length=100)
    aggregate_id = django_filters.UUIDFilter()
    request_id = django_filters.CharFilter(max_length=64)

    class Meta:
        model = OutboxEvent
        fields: list[Any] = []
