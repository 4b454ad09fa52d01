from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.scopes import Scope
from apps.core.access import holder_of
from apps.core.openapi import IDEMPOTENCY_KEY
from apps.core.pagination import NewestFirstPagination
from apps.core.serializers import given
from apps.idempotency.api.replay import accepts_idempotency_key
from apps.interchange import services
from apps.interchange.api.permissions import require_admin
from apps.interchange.api.serializers import (
    CustomerExportQuery,
    ExportInput,
    ExportOutput,
    OrderExportQuery,
    ProductExportQuery,
    StockExportQuery,
    WritingQuery,
    wanted_from,
)
from apps.interchange.exporting import Wanted
from apps.interchange.models import ExportJob

_ADMIN_TOKEN = OpenApiParameter(
    name="X-Admin-Token",
    location=OpenApiParameter.HEADER,
    type=str,
    required=True,
    description="One of the installation's `ADMIN_TOKENS`.",
)
_FILE = {
    (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, description="The file, streamed."),
    (200, "application/x-ndjson"): OpenApiResponse(OpenApiTypes.STR, description="As lines."),
}


class CsvRenderer(JSONRenderer):
    """Lets callers ask for `text/csv`. A refusal is JSON, as everywhere."""

    media_type = "text/csv"
    format = "csv"


class JsonLinesRenderer(JSONRenderer):
    """The same for `application/x-ndjson`."""

    media_type = "application/x-ndjson"
    format = "jsonl"


class ExportView(APIView):
    """All of something at once: for people with the role `admin` who also show `X-Admin-Token`."""

    access = {"get": holder_of(Scope.EXPORT_DATA)}
    renderer_classes = [JSONRenderer, CsvRenderer, JsonLinesRenderer]

    def check_permissions(self, request: Request) -> None:
        """This function will ask for more than a scope, and as early."""
        super().check_permissions(request)
        if request.method in {"GET", "HEAD"}:  # other methods are answered 405, whoever asks
            require_admin(request)


def _export(query: type[WritingQuery], what: str) -> Any:
    return extend_schema(
        operation_id=f"admin_{what}_export", parameters=[_ADMIN_TOKEN, query], responses=_FILE
    )


class OrderExportView(ExportView):
    @_export(OrderExportQuery, "orders")
    def get(self, request: Request) -> StreamingHttpResponse:
        """The orders of the store, oldest first, a row for each line."""
        return _file(request, OrderExportQuery)


class ProductExportView(ExportView):
    @_export(ProductExportQuery, "products")
    def get(self, request: Request) -> StreamingHttpResponse:
        """The products of the store, a row for each variant."""
        return _file(request, ProductExportQuery)


class CustomerExportView(ExportView):
    @_export(CustomerExportQuery, "customers")
    def get(self, request: Request) -> StreamingHttpResponse:
        """The customers of the store. Who was forgotten is none."""
        return _file(request, CustomerExportQuery)


class StockExportView(ExportView):
    @_export(StockExportQuery, "stock")
    def get(self, request: Request) -> StreamingHttpResponse:
        """What each warehouse of the store has, and has promised."""
        return _file(request, StockExportQuery)


def _file(request: Request, of: type[WritingQuery]) -> StreamingHttpResponse:
    query = of(data=request.query_params)
    query.is_valid(raise_exception=True)
    wanted = query.wanted()
    pieces = services.export_data(store=request.store, wanted=wanted, by=request.user)
    return sent(wanted, (piece.text for piece in pieces))


def sent(wanted: Wanted, pieces: Iterator[Any]) -> StreamingHttpResponse:
    """This function will answer with a file, as it comes."""
    headers = {"Content-Disposition": f'attachment; filename="{wanted.file_name}"'}
    return StreamingHttpResponse(pieces, content_type=wanted.content_type, headers=headers)


class ExportJobViewSet(viewsets.GenericViewSet[ExportJob]):
    """Exports that workers make, to be fetched within a day. As for the others, people with the
    role `admin` only, who also show `X-Admin-Token`."""

    access = dict.fromkeys(
        ("list", "create", "retrieve", "file", "destroy"), holder_of(Scope.EXPORT_DATA)
    )
    queryset = ExportJob.objects.none()
    serializer_class = ExportOutput
    pagination_class = NewestFirstPagination
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def check_permissions(self, request: Request) -> None:
        """This function will ask for more than a scope, and as early."""
        super().check_permissions(request)
        if self.action in self.access:  # other methods are answered 405, whoever asks
            require_admin(request)

    def get_queryset(self) -> QuerySet[ExportJob]:
        """This function will keep the store's own."""
        jobs = ExportJob.objects.for_store(self.request.store)  # type: ignore[attr-defined]
        return jobs.defer("chosen")

    @extend_schema(parameters=[_ADMIN_TOKEN], responses=ExportOutput(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(ExportOutput(page, many=True).data)

    @extend_schema(parameters=[_ADMIN_TOKEN], responses=ExportOutput)
    def retrieve(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the route's name
        """How far it is."""
        return Response(ExportOutput(self.get_object()).data)

    @extend_schema(
        request=ExportInput,
        responses={201: ExportOutput},
        parameters=[_ADMIN_TOKEN, IDEMPOTENCY_KEY],
    )
    @accepts_idempotency_key
    def create(self, request: Request) -> Response:
        """Have an export made."""
        wanted = wanted_from(given(ExportInput, request))
        job = services.request_export(store=request.store, wanted=wanted, by=request.user)
        place = reverse("export-detail", args=[job.public_id])
        return Response(
            ExportOutput(job).data, status=status.HTTP_201_CREATED, headers={"Location": place}
        )

    @extend_schema(parameters=[_ADMIN_TOKEN], responses=_FILE)
    @action(detail=True, renderer_classes=[JSONRenderer, CsvRenderer, JsonLinesRenderer])
    def file(self, request: Request, id: UUID) -> StreamingHttpResponse:  # noqa: A002
        """What it has made, streamed."""
        wanted, pieces = services.open_export(store=request.store, export_id=id, by=request.user)
        return sent(wanted, pieces)

    @extend_schema(parameters=[_ADMIN_TOKEN], responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Cancel it while it waits or runs; after that, remove it and its file."""
        services.cancel_export(store=request.store, export_id=id, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
