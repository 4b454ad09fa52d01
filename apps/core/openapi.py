"""How views describe themselves in the OpenAPI schema."""

import re
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_lib_doc_excludes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from apps.core.access import ANYONE, Access, declared_access


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
    scope = serializers.CharField(required=False, help_text="What a caller lacks.")
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


def taken_by(access: Access) -> str:
    """This function will say in words what an operation takes of its caller."""
    scope = f"`{access.scope}`"
    if access.anyone:
        return f"Whoever has the scope {scope} sees more." if access.scope else ""
    if access.people and access.scope:
        return f"People do this with what is theirs; the scope {scope} is for all of the store."
    return f"Takes the scope {scope}." if access.scope else "For people, not for API keys."


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
    """Adds the problem document and what a caller must be to every operation, one tag for each
    resource, short names."""

    @property
    def access(self) -> Access:
        """What the view declares for this operation."""
        return declared_access(self.view, self.method) or ANYONE

    def get_description(self) -> str:  # type: ignore[override]
        """This function will add what the operation takes of its caller."""
        return "\n\n".join(filter(None, [super().get_description(), taken_by(self.access)]))

    def get_auth(self) -> list[dict[str, Any]]:
        """This function will add that strangers are let in, and leave out API keys, where they
        are."""
        auths = super().get_auth()
        if self.access.people and not self.access.scope:
            auths = [auth for auth in auths if "apiKey" not in auth]
        return [*auths, {}] if self.access.anyone and auths else auths

    def get_extensions(self) -> dict[str, Any]:
        """This function will name the scope for programs that read the schema."""
        scope = {"x-required-scope": str(self.access.scope)} if self.access.scope else {}
        return super().get_extensions() | scope

    def get_tags(self) -> list[str]:
        parts = [part for part in re.sub(self.path_prefix, "", self.path).split("/") if part]
        return [parts[0]] if parts else ["root"]

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """This function will call `OrderOutput` and `OrderInput` what they are to a client."""
        name = super().get_serializer_name(serializer, direction)
        return re.sub(r"(Output|Input|Schema)$", "", name)

    def _get_request_body(self, direction: Any = "request") -> Any:
        """The package believes that DELETE has no body. A view with `deletes_with_body` has."""
        if self.method != "DELETE" or not getattr(self.view, "deletes_with_body", False):
            return super()._get_request_body(direction)
        self.method = "POST"
        try:
            return super()._get_request_body(direction)
        finally:
            self.method = "DELETE"

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        if not self.access.anyone:
            bodies["403"] = self._refused()
        bodies["default"] = self._get_response_for_code(
            ProblemSchema, "default", media_types=["application/problem+json"]
        )
        return bodies

    def _refused(self) -> dict[str, Any]:
        problem = ["application/problem+json"]
        refusal = self._get_response_for_code(ProblemSchema, "403", media_types=problem)
        return refusal | {"description": "`missing_scope`, which `scope` names; `person_required`"}
