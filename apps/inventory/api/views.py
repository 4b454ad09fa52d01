from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.scopes import Scope
from apps.core.access import holder_of
from apps.core.openapi import IDEMPOTENCY_KEY
from apps.core.pagination import NewestFirstPagination
from apps.core.serializers import InputSerializer, given
from apps.idempotency.api.replay import accepts_idempotency_key
from apps.inventory import queries, services
from apps.inventory.api.filters import MovementFilter, StockFilter
from apps.inventory.api.serializers import (
    AdjustStockInput,
    ReceiveStockInput,
    StockItemOutput,
    StockMovementOutput,
)
from apps.inventory.models import StockItem, StockMovement

_SKU = OpenApiParameter(name="sku", location=OpenApiParameter.PATH, type=str)


_READ, _WRITE = holder_of(Scope.READ_STOCK), holder_of(Scope.WRITE_STOCK)


class StockViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[StockItem]):
    """What there is, where, and how much of it is promised to buyers."""

    queryset = StockItem.objects.none()
    access = {"list": _READ, "receive": _WRITE, "adjust": _WRITE}
    serializer_class = StockItemOutput
    filter_backends = [DjangoFilterBackend]
    filterset_class = StockFilter
    lookup_url_kwarg = "sku"
    # SKUs are people's own: dots, spaces and slashes occur.
    lookup_value_regex = r"[^\x00-\x1f]+"

    def get_queryset(self) -> QuerySet[StockItem]:
        """This function will keep the stock of what the store's catalogue has."""
        rows = StockItem.objects.for_store(self.request.store).described().with_available()
        return rows.filter(variant__deleted_at__isnull=True).order_by("pk")

    @extend_schema(
        operation_id="stock_receive",
        parameters=[_SKU, IDEMPOTENCY_KEY],
        request=ReceiveStockInput,
        responses=StockItemOutput,
    )
    @action(detail=True, methods=["post"])
    @accepts_idempotency_key
    def receive(self, request: Request, sku: str) -> Response:
        """Goods have arrived: add them."""
        variant = queries.find_variant(store=request.store, sku=sku)
        item = services.receive_stock(
            store=request.store,
            variant=variant,
            by=request.user,
            **_details(ReceiveStockInput, request),
        )
        return Response(StockItemOutput(item).data)

    @extend_schema(
        operation_id="stock_adjust",
        parameters=[_SKU, IDEMPOTENCY_KEY],
        request=AdjustStockInput,
        responses=StockItemOutput,
    )
    @action(detail=True, methods=["post"])
    @accepts_idempotency_key
    def adjust(self, request: Request, sku: str) -> Response:
        """The shelf was counted: set the number, if it still is what you believe it is."""
        variant = queries.find_variant(store=request.store, sku=sku)
        item = services.adjust_stock(
            store=request.store,
            variant=variant,
            by=request.user,
            **_details(AdjustStockInput, request),
        )
        return Response(StockItemOutput(item).data)


class StockMovementViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[StockMovement]):
    """Every change of what is on hand, newest first."""

    queryset = StockMovement.objects.none()
    access = {"list": _READ}
    serializer_class = StockMovementOutput
    pagination_class = NewestFirstPagination
    filter_backends = [DjangoFilterBackend]
    filterset_class = MovementFilter

    def get_queryset(self) -> QuerySet[StockMovement]:
        """This function will keep the movements of the store."""
        rows = StockMovement.objects.for_store(self.request.store)
        return rows.select_related("stock_item__variant", "stock_item__warehouse").defer(
            "stock_item__variant__metadata"
        )


def _details(serializer: type[InputSerializer], request: Request) -> dict[str, Any]:
    """The checked input, with the warehouse in place of its code."""
    details = given(serializer, request)
    if code := details.get("warehouse"):
        details["warehouse"] = queries.find_warehouse(store=request.store, code=code)
    return details
