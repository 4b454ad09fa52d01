from typing import Any

from rest_framework.response import Response

from apps.catalog.facets import Facets
from apps.core.pagination import PageNumberPagination


class ProductPagination(PageNumberPagination):
    """Besides the page: what was searched for instead, and how many products each filter leaves."""

    did_you_mean: str | None = None
    facets: Facets | None = None

    def get_paginated_response(self, data: Any) -> Response:
        """This function will return the page with what is known of the whole."""
        response = super().get_paginated_response(data)
        response.data["did_you_mean"] = self.did_you_mean
        response.data["corrected"] = self.did_you_mean is not None
        if self.facets is not None:
            response.data["facets"] = self.facets
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """This function will describe it."""
        envelope: dict[str, Any] = super().get_paginated_response_schema(schema)
        text = {"type": "string"}
        value = {
            "type": "object",
            "required": ["value", "label", "count"],
            "properties": {"value": text, "label": text, "count": {"type": "integer"}},
        }
        facet = {"type": "array", "items": value}
        envelope["properties"] |= {
            "did_you_mean": {
                **text,
                "nullable": True,
                "description": "What was searched for, as the words given are nowhere.",
            },
            "corrected": {"type": "boolean"},
            "facets": {
                "type": "object",
                "description": "By name; options are named `option.<name>`.",
                "additionalProperties": facet,
            },
        }
        return envelope
