"""How views describe themselves in the OpenAPI schema."""

import re
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_lib_doc_excludes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers


def documented_elsewhere() -> list[type]:
    """This function will name the classes whose docstrings are for us, not for API clients."""
    from apps.core.serializers import InputSerializer  # the schema loads before the apps do

    return [*get_lib_doc_excludes(), InputSerializer]


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
    errors = FieldErrorSchema(many=True, required=False)  # type: ignore[assignment]


IDEMPOTENCY_KEY = OpenApiParameter(
    name="Idempotency-Key",
    location=OpenApiParameter.HEADER,
    type=str,
    description="Makes a repeated request take effect once. Kept for 24 hours.",
)
REQUIRED_IDEMPOTENCY_KEY = OpenApiParameter(
    name=IDEMPOTENCY_KEY.name,
    location=OpenApiParameter.HEADER,
    type=str,
    required=True,
    description=IDEMPOTENCY_KEY.description,
)
IF_MATCH = OpenApiParameter(
    name="If-Match",
    location=OpenApiParameter.HEADER,
    type=str,
    description="The ETag you read; the write is refused with 412 when it is stale.",
)


class MoneyExtension(OpenApiSerializerFieldExtension):
    """Money is one component, so that generated clients have one type for it."""

    target_class = "apps.core.serializers.MoneyField"

    def get_name(self) -> str:
        """This function will return the component's name."""
        return "Money"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """This function will return the schema of an amount with its currency."""
        amount = {"type": "string", "format": "decimal", "pattern": r"^-?\d{1,15}(\.\d{1,4})?$"}
        return {
            "type": "object",
            "properties": {
                "amount": amount,
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            },
            "required": ["amount", "currency"],
            "additionalProperties": False,
            "example": {"amount": "19.99", "currency": "EUR"},
        }


class TradepostSchema(AutoSchema):
    """Adds the problem document to every operation, one tag for each resource, short names."""

    def get_tags(self) -> list[str]:
        parts = [part for part in re.sub(self.path_prefix, "", self.path).split("/") if part]
        return [parts[0]] if parts else ["root"]

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """This function will call `OrderOutput` and `OrderInput` what they are to a client."""
        name = super().get_serializer_name(serializer, direction)
        return re.sub(r"(Output|Input|Schema)$", "", name)

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        bodies["default"] = self._get_response_for_code(
            ProblemSchema, "default", media_types=["application/problem+json"]
        )
        return bodies
