from typing import Any

from rest_framework import serializers

from apps.backoffice.services import Status


class ServiceOutput(serializers.Serializer[Any]):
    works = serializers.BooleanField()
    latency_ms = serializers.FloatField(allow_null=True)
    error = serializers.CharField(allow_blank=True)


class PoolOutput(serializers.Serializer[Any]):
    size = serializers.IntegerField()
    idle = serializers.IntegerField()
    waiting = serializers.IntegerField()
    most = serializers.IntegerField()


class HealthOutput(serializers.Serializer[Any]):
    """Strangers see `status` alone."""

    status = serializers.ChoiceField(choices=[Status.OK, Status.DEGRADED])
    database = ServiceOutput(required=False)
    cache = ServiceOutput(required=False)
    broker = ServiceOutput(required=False)
    audit = ServiceOutput(required=False)
    pool = PoolOutput(required=False, allow_null=True)


class AliveOutput(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=[Status.OK])
