"""The names of things in addresses."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter

REFERENCE = r"[-\w]{1,200}"
PUBLIC_ID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

ID_OR_SLUG = OpenApiParameter(
    "id", str, OpenApiParameter.PATH, description="The public id or the slug."
)
PRODUCT = OpenApiParameter(
    "product", str, OpenApiParameter.PATH, description="The product's public id or slug."
)
ID = OpenApiParameter("id", UUID, OpenApiParameter.PATH)
