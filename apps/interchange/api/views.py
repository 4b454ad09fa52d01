from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.accounts.scopes import Scope
from apps.core.access import holder_of
from apps.interchange import services
from apps.interchange.api.permissions import require_admin

_ADMIN_TOKEN = OpenApiParameter(
    name="X-Admin-Token",
    location=OpenApiParameter.HEADER,
    type=str,
    required=True,
    description="One of the installation's `ADMIN_TOKENS`.",
)
_CSV = {(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, description="The file, streamed.")}


class CsvRenderer(JSONRenderer):
    """Lets callers ask for `text/csv`. A refusal is JSON, as everywhere."""

    media_type = "text/csv"
    format = "csv"


class ExportView(APIView):
    """All of something at once: for people with the role `admin` who also show `X-Admin-Token`."""

    access = {"get": holder_of(Scope.EXPORT_DATA)}
    renderer_classes = [JSONRenderer, CsvRenderer]

    def check_permissions(self, request: Request) -> None:
        """This function will ask for more than a scope, and as early."""
        super().check_permissions(request)
        if request.method in {"GET", "HEAD"}:  # other methods are answered 405, whoever asks
            require_admin(request)


class OrderExportView(ExportView):
    @extend_schema(operation_id="admin_orders_export", parameters=[_ADMIN_TOKEN], responses=_CSV)
    def get(self, request: Request) -> StreamingHttpResponse:
        """Every order of the store, oldest first, as CSV."""
        return _file("orders", services.export_orders(store=request.store, by=request.user))


class ProductExportView(ExportView):
    @extend_schema(operation_id="admin_products_export", parameters=[_ADMIN_TOKEN], responses=_CSV)
    def get(self, request: Request) -> StreamingHttpResponse:
        """Every product of the store, a line for each variant, as CSV."""
        return _file("products", services.export_products(store=request.store, by=request.user))


def _file(what: str, pieces: Iterator[str]) -> Any:
    name = f"{what}-{timezone.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)
