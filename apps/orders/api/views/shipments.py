from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.scopes import Scope
from apps.core.access import holder_of, owner_or
from apps.core.openapi import IDEMPOTENCY_KEY, REQUIRED_IDEMPOTENCY_KEY
from apps.core.serializers import given
from apps.idempotency.api.replay import accepts_idempotency_key, requires_idempotency_key
from apps.orders import services
from apps.orders.api.serializers import ShipmentOutput, ShipOrderInput
from apps.orders.api.views.paths import ORDER_ID, visible_order
from apps.orders.models import Shipment, ShipmentLine

_LINES = Prefetch("lines", ShipmentLine.objects.select_related("order_line"))


class ShipmentViewSet(viewsets.GenericViewSet[Shipment]):
    """What has left of an order. Its owner looks, staff ship."""

    access = {
        "list": owner_or(Scope.READ_ORDERS),
        "create": holder_of(Scope.FULFIL_ORDERS),
        "deliver": holder_of(Scope.FULFIL_ORDERS),
    }
    queryset = Shipment.objects.none()
    serializer_class = ShipmentOutput

    def get_queryset(self) -> QuerySet[Shipment]:
        """This function will keep the shipments of one order."""
        order = visible_order(self.request, self.kwargs["id"])
        return order.shipments.prefetch_related(_LINES)

    @extend_schema(
        operation_id="orders_shipments_list",
        parameters=[ORDER_ID],
        responses=ShipmentOutput(many=True),
    )
    def list(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's name
        """What has left, in which parcels, and what has arrived. Oldest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(ShipmentOutput(page, many=True).data)

    @extend_schema(
        operation_id="orders_shipments_create",
        parameters=[ORDER_ID, REQUIRED_IDEMPOTENCY_KEY],
        request=ShipOrderInput,
        responses={201: ShipmentOutput},
    )
    @requires_idempotency_key
    def create(self, request: Request, id: str) -> Response:  # noqa: A002
        """Ship these lines of a paid order; without lines, all that is left."""
        order = visible_order(request, id, scope=Scope.FULFIL_ORDERS)
        shipment = services.ship_order(
            store=request.store,
            order_id=order.public_id,
            by=request.user,
            now=timezone.now(),
            **given(ShipOrderInput, request),
        )
        # A shipment is read among those of its order.
        place = reverse("order-shipments", args=[order.public_id])
        return _shown(shipment, status=status.HTTP_201_CREATED, headers={"Location": place})

    @extend_schema(
        operation_id="orders_shipments_deliver",
        parameters=[ORDER_ID, IDEMPOTENCY_KEY],
        request=None,
        responses={200: ShipmentOutput},
    )
    @accepts_idempotency_key
    def deliver(self, request: Request, id: str, shipment_id: UUID) -> Response:  # noqa: A002
        """Record that a shipment has arrived; the order is delivered with the last of them."""
        shipment = services.deliver_shipment(
            store=request.store,
            order_id=visible_order(request, id, scope=Scope.FULFIL_ORDERS).public_id,
            shipment_id=shipment_id,
            by=request.user,
            now=timezone.now(),
        )
        return _shown(shipment)


def _shown(shipment: Shipment, **answer: Any) -> Response:
    prefetch_related_objects([shipment], _LINES)
    return Response(ShipmentOutput(shipment).data, **answer)
