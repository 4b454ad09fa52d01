"""How views describe themselves in the OpenAPI schema."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers


class FieldErrorSchema(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="Path of the field, such as lines.0.quantity")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSchema(serializers.Serializer[Any]):
    """A failure, as in RFC 9457. Further members depend on the code."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    code = serializers.CharField()
    request_id = serializers.CharField()
    errors = FieldErrorSchema(many=True, required=False)


IDEMPOTENCY_KEY = OpenApiParameter(
    name="Idempotency-Key",
    location=OpenApiParameter.HEADER,
    type=str,
    description="Makes a repeated request take effect once. Kept for 24 hours.",
)
IF_MATCH = OpenApiParameter(
    name="If-Match",
    location=OpenApiParameter.HEADER,
    type=str,
    description="The ETag you read; the write is refused with 412 when it is stale.",
)


class TradepostSchema(AutoSchema):
    """Adds the problem document to every operation, and one tag for each resource."""

    def get_tags(self) -> list[str]:
        parts = [part for part in self.path.removeprefix(self.path_prefix).split("/") if part]
        return [parts[0]] if parts else ["root"]

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        bodies["default"] = self._get_response_for_code(
            ProblemSchema, "default", media_types=["application/problem+json"]
        )
        return bodies
