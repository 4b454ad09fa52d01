from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.etags import expected_version, tagged
from apps.core.openapi import IDEMPOTENCY_KEY, IF_MATCH, REQUIRED_IDEMPOTENCY_KEY
from apps.core.pagination import NewestFirstPagination, PageNumberPagination
from apps.core.serializers import given
from apps.idempotency.api.replay import accepts_idempotency_key, requires_idempotency_key
from apps.orders import queries, services
from apps.orders.api.filters import OrderFilter
from apps.orders.api.serializers import (
    AddItemInput,
    CancelOrderInput,
    CartOutput,
    ChangeItemInput,
    OrderLineOutput,
    OrderOutput,
    OrderSummaryOutput,
    OrderTransitionOutput,
    PlaceOrderInput,
    StaffUpdateOrderInput,
    UpdateOrderInput,
)
from apps.orders.errors import OrderNotFound
from apps.orders.holders import CartHolder
from apps.orders.models import Order, OrderLine
from apps.orders.queries import CartContents

CART_TOKEN = OpenApiParameter(
    name="X-Cart-Token",
    location=OpenApiParameter.HEADER,
    type=str,
    description="The token of a guest's cart. With an access token beside it, the guest's cart is "
    "merged into the person's, once.",
)
ORDER_ID = OpenApiParameter(
    name="id",
    location=OpenApiParameter.PATH,
    type=str,
    description="The order's id, or its number.",
)


def holder_of(request: Request) -> CartHolder:
    """This function will tell whose cart a request is about."""
    return CartHolder(
        store=request.store,
        person=request.user if request.user.is_authenticated else None,
        token=request.headers.get("X-Cart-Token", ""),
    )


class CartViewSet(viewsets.ViewSet):
    """The caller's cart. Every answer is the whole cart."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="cart_retrieve", parameters=[CART_TOKEN], responses=CartOutput)
    def retrieve(self, request: Request) -> Response:
        """The cart as it is now, at today's prices."""
        holder = holder_of(request)
        services.merge_guest_cart(holder=holder)
        return _shown_cart(queries.find_cart(holder=holder), request)

    @extend_schema(
        operation_id="cart_empty", parameters=[CART_TOKEN, IF_MATCH], responses={200: CartOutput}
    )
    def destroy(self, request: Request) -> Response:
        """Take everything out."""
        contents = services.empty_cart(
            holder=holder_of(request), expected_version=expected_version(request)
        )
        return _shown_cart(contents, request)


class CartItemViewSet(viewsets.ViewSet):
    """The lines of the caller's cart. Every answer is the whole cart."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="cart_items_add",
        parameters=[CART_TOKEN, IDEMPOTENCY_KEY, IF_MATCH],
        request=AddItemInput,
        responses={201: CartOutput},
    )
    def create(self, request: Request) -> Response:
        """Add a variant. A guest without a token gets a cart; its token is never stored, so this
        first answer cannot be repeated by an `Idempotency-Key`."""
        holder = holder_of(request)
        is_known = holder.person is not None or holder.token != ""
        return self._add_once(request) if is_known else self._add(request)

    def _add(self, request: Request) -> Response:
        contents = services.add_to_cart(
            holder=holder_of(request),
            expected_version=expected_version(request),
            **given(AddItemInput, request),
        )
        return _shown_cart(contents, request, status=status.HTTP_201_CREATED)

    _add_once = accepts_idempotency_key(_add)

    @extend_schema(
        operation_id="cart_items_change",
        parameters=[CART_TOKEN, IF_MATCH],
        request=ChangeItemInput,
        responses=CartOutput,
    )
    def partial_update(self, request: Request, line_id: UUID) -> Response:
        """Set how many of it there are."""
        contents = services.change_cart_line(
            holder=holder_of(request),
            line_id=line_id,
            expected_version=expected_version(request),
            **given(ChangeItemInput, request),
        )
        return _shown_cart(contents, request)

    @extend_schema(
        operation_id="cart_items_remove",
        parameters=[CART_TOKEN, IF_MATCH],
        responses={200: CartOutput},
    )
    def destroy(self, request: Request, line_id: UUID) -> Response:
        """Take it out."""
        contents = services.remove_cart_line(
            holder=holder_of(request), line_id=line_id, expected_version=expected_version(request)
        )
        return _shown_cart(contents, request)


def _shown_cart(contents: CartContents, request: Request, **answer: Any) -> Response:
    response = Response(CartOutput(contents).data, **answer)
    if contents.token:
        response["X-Cart-Token"] = contents.token
    if contents.cart is None:
        return response
    return tagged(response, request=request, version=contents.cart.version)


class OrderViewSet(viewsets.GenericViewSet[Order]):
    """Orders: one's own, for staff all of the store."""

    queryset = Order.objects.none()
    serializer_class = OrderOutput
    pagination_class = NewestFirstPagination
    filter_backends = [DjangoFilterBackend]
    filterset_class = OrderFilter
    lookup_url_kwarg = "id"
    lookup_value_regex = "[0-9A-Za-z-]{8,36}"

    def get_queryset(self) -> QuerySet[Order]:
        """This function will keep what the caller may see."""
        orders = Order.objects.for_store(self.request.store).visible_to(self.request.user)
        return orders.select_related("customer")

    def get_object(self) -> Order:
        """This function will find the order by its id or its number."""
        order = self.get_queryset().named(self.kwargs["id"]).first()
        if order is None:
            raise OrderNotFound
        return order

    @extend_schema(responses=OrderSummaryOutput(many=True))
    def list(self, request: Request) -> Response:
        """Orders, newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
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
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's name
        """One order with its lines."""
        return self._shown(self.get_object())

    @extend_schema(
        parameters=[ORDER_ID, IF_MATCH], request=StaffUpdateOrderInput, responses=OrderOutput
    )
    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change the address, while the order is pending, and the notes."""
        is_staff = request.user.is_staff
        order = services.update_order(
            store=request.store,
            order_id=self.get_object().public_id,
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
            order_id=self.get_object().public_id,
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
