from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.core.access import PERSON, owner_or
from apps.core.cached_answers import cached_answer
from apps.core.encrypted_fields import encrypted_fields_of
from apps.core.etags import expected_version, tagged
from apps.core.openapi import IDEMPOTENCY_KEY, IF_MATCH, REQUIRED_IDEMPOTENCY_KEY
from apps.core.pagination import NewestFirstPagination, PageNumberPagination
from apps.core.serializers import given
from apps.idempotency.api.replay import accepts_idempotency_key, requires_idempotency_key
from apps.orders import queries, services
from apps.orders.api.filters import OrderFilter
from apps.orders.api.serializers import (
    CancelOrderInput,
    OrderLineOutput,
    OrderOutput,
    OrderSummaryOutput,
    OrderTransitionOutput,
    PlaceOrderInput,
    StaffUpdateOrderInput,
    UpdateOrderInput,
)
from apps.orders.api.views.cached import of_one_order, owner_only
from apps.orders.api.views.carts import CART_TOKEN, holder_of
from apps.orders.api.views.paths import (
    ORDER,
    ORDER_ID,
    order_to_change,
    visible_order,
    visible_orders,
)
from apps.orders.models import Order, OrderLine

_READ, _WRITE = owner_or(Scope.READ_ORDERS), owner_or(Scope.WRITE_ORDERS)


class OrderViewSet(viewsets.GenericViewSet[Order]):
    """Orders: one's own, for staff all of the store."""

    access = {
        "list": _READ,
        "create": PERSON,
        "retrieve": _READ,
        "partial_update": _WRITE,
        "cancel": _WRITE,
        "lines": _READ,
        "timeline": _READ,
    }
    queryset = Order.objects.none()
    serializer_class = OrderOutput
    pagination_class = NewestFirstPagination
    filter_backends = [DjangoFilterBackend]
    filterset_class = OrderFilter
    lookup_url_kwarg = "id"
    lookup_value_regex = ORDER
    limits = {"create": ("order",)}

    def get_queryset(self) -> QuerySet[Order]:
        """This function will keep what the caller may see."""
        return visible_orders(self.request)

    def get_object(self) -> Order:
        """This function will find the order by its id or its number."""
        return visible_order(self.request, self.kwargs["id"])

    @extend_schema(responses=OrderSummaryOutput(many=True))
    def list(self, request: Request) -> Response:
        """Orders, newest first."""
        orders = self.filter_queryset(self.get_queryset()).defer(
            *encrypted_fields_of(Order), *encrypted_fields_of(User, "customer")
        )
        page = self.paginate_queryset(orders)
        return self.get_paginated_response(OrderSummaryOutput(page, many=True).data)

    @extend_schema(
        parameters=[REQUIRED_IDEMPOTENCY_KEY, CART_TOKEN],
        request=PlaceOrderInput,
        responses={201: OrderOutput},
    )
    @requires_idempotency_key
    def create(self, request: Request) -> Response:
        """Order what is in the cart, or the lines in the body. The stock is reserved meanwhile."""
        agreed = _agreed_on(request)
        person = {"store": request.store, "customer": request.user, "by": request.user}
        if "lines" in agreed:
            order = services.place_order_from_lines(**person, **agreed, now=timezone.now())
        else:
            services.merge_guest_cart(holder=holder_of(request))
            order = services.place_order_from_cart(**person, **agreed, now=timezone.now())
        place = reverse("order-detail", args=[order.public_id])
        return self._shown(order, status=status.HTTP_201_CREATED, headers={"Location": place})

    @extend_schema(parameters=[ORDER_ID], responses=OrderOutput)
    @cached_answer("order", basis=of_one_order, reader=owner_only)
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's name
        """One order with its lines."""
        return self._shown(self.get_object())

    @extend_schema(
        parameters=[ORDER_ID, IF_MATCH], request=StaffUpdateOrderInput, responses=OrderOutput
    )
    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change the address, while the order is pending, and the notes."""
        is_staff = request.user.has_scope(Scope.WRITE_ORDERS)
        order = services.update_order(
            store=request.store,
            order_id=order_to_change(request, id).public_id,
            by=request.user,
            expected_version=expected_version(request),
            **given(StaffUpdateOrderInput if is_staff else UpdateOrderInput, request),
        )
        return self._shown(order)

    @extend_schema(
        parameters=[ORDER_ID, IDEMPOTENCY_KEY], request=CancelOrderInput, responses=OrderOutput
    )
    @action(detail=True, methods=["post"])
    @accepts_idempotency_key
    def cancel(self, request: Request, id: str) -> Response:  # noqa: A002
        """Call a pending or paid order off. What was paid goes back."""
        order = services.cancel_order(
            store=request.store,
            order_id=order_to_change(request, id).public_id,
            by=request.user,
            now=timezone.now(),
            **given(CancelOrderInput, request),
        )
        return self._shown(order)

    @extend_schema(parameters=[ORDER_ID], responses=OrderLineOutput(many=True))
    @action(detail=True, pagination_class=PageNumberPagination, filterset_class=None)
    def lines(self, request: Request, id: str) -> Response:  # noqa: A002
        """What was ordered, named and priced as it was then."""
        lines = self.get_object().lines.select_related("variant")
        page = self.paginate_queryset(lines)
        return self.get_paginated_response(OrderLineOutput(page, many=True).data)

    @extend_schema(parameters=[ORDER_ID], responses=OrderTransitionOutput(many=True))
    @action(detail=True, pagination_class=PageNumberPagination, filterset_class=None)
    def timeline(self, request: Request, id: str) -> Response:  # noqa: A002
        """What has happened to the order, oldest first."""
        page = self.paginate_queryset(self.get_object().transitions.all())
        return self.get_paginated_response(OrderTransitionOutput(page, many=True).data)

    def _shown(self, order: Order, **answer: Any) -> Response:
        lines = OrderLine.objects.select_related("variant")
        prefetch_related_objects([order], Prefetch("lines", lines))
        response = Response(OrderOutput(order, context={"request": self.request}).data, **answer)
        return tagged(response, request=self.request, version=order.version)


def _agreed_on(request: Request) -> dict[str, Any]:
    """The checked input, with the address in place of its id."""
    agreed = given(PlaceOrderInput, request)
    if (address_id := agreed.pop("address_id", None)) is not None:
        agreed["shipping_address"] = queries.saved_address(
            store=request.store, owner=request.user, address_id=address_id
        )
    return agreed
