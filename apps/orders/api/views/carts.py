from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.access import SHOPPER
from apps.core.etags import expected_version, tagged
from apps.core.openapi import IDEMPOTENCY_KEY, IF_MATCH
from apps.core.serializers import given
from apps.idempotency.api.replay import accepts_idempotency_key
from apps.orders import queries, services
from apps.orders.api.serializers import AddItemInput, CartOutput, ChangeItemInput
from apps.orders.holders import CartHolder
from apps.orders.queries import CartContents

CART_TOKEN = OpenApiParameter(
    name="X-Cart-Token",
    location=OpenApiParameter.HEADER,
    type=str,
    description="The token of a guest's cart. With an access token beside it, the guest's cart is "
    "merged into the person's, once.",
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

    access = {"retrieve": SHOPPER, "destroy": SHOPPER}

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

    access = {"create": SHOPPER, "partial_update": SHOPPER, "destroy": SHOPPER}

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
