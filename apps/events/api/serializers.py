from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.events.models import OutboxEvent


class EventOutput(serializers.ModelSerializer[OutboxEvent]):
    id = serializers.UUIDField(source="public_id")
    payload = serializers.DictField()

    class Meta:
        model = OutboxEvent
        fields = [
            "id",
            "name",
            "aggregate_type",
            "aggregate_id",
            "actor",
            "request_id",
            "payload",
            "created_at",
        ]
        read_only_fields = fields


@extend_schema_serializer(many=False)
class EventFeedOutput(serializers.Serializer[Any]):
    """A page of the feed. `next` is always there: ask for it again to hear what came since."""

    next = serializers.URLField()
    results = EventOutput(many=True)
