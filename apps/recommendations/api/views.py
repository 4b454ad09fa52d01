from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.api.permissions import CATALOG_ACCESS
from apps.catalog.api.serializers import ProductOutput
from apps.catalog.api.views.cached import of_goods, sees_everything
from apps.catalog.api.views.paths import ID_OR_SLUG
from apps.catalog.api.views.products import visible_products
from apps.core.access import ANYONE
from apps.core.cached_answers import Basis, cached_answer, own_copy
from apps.orders.api.views.carts import CART_TOKEN
from apps.orders.holders import CartHolder
from apps.orders.outdating import shopper_tag
from apps.recommendations import queries
from apps.recommendations.api.serializers import RecommendationsQuery


def shopper(request: Request) -> str | None:
    """This function will give people answers of their own and all strangers one; whoever shows the
    token of a cart is given what goes with it, and that is not kept."""
    if "X-Cart-Token" in request.headers:
        return None
    return own_copy(request) if request.user.is_authenticated else ""


def shopper_without_rights(request: Request) -> str | None:
    """This function will give the same, and nothing that is kept to staff, who see more."""
    return None if sees_everything(request) else shopper(request)


def of_goods_and_taste(view: Any, request: Request) -> Basis:
    """This function will return what recommendations to somebody depend on."""
    goods = of_goods(view, request).tags
    caller = request.user
    own = (shopper_tag(caller.public_id),) if caller.is_authenticated else ()
    return Basis(tags=(*goods, *own))


class RecommendationViewSet(viewsets.ViewSet):
    """Products that fit, the best first, each as in the list of products. There is one page."""

    access = {"list": ANYONE, "beside_product": CATALOG_ACCESS["retrieve"]}

    @extend_schema(
        operation_id="recommendations_list",
        parameters=[RecommendationsQuery, CART_TOKEN],
        responses=ProductOutput(many=True),
    )
    @cached_answer("recommendations", basis=of_goods_and_taste, reader=shopper)
    def list(self, request: Request) -> Response:
        """For the caller: what goes with what they bought and with what is in the cart; then what
        is popular. Nothing that is in the cart, or that they bought lately."""
        most = _page_size(request)
        return self._shown(queries.ids_for_somebody(holder=_holder(request), most=most))

    @extend_schema(
        operation_id="products_recommendations",
        parameters=[ID_OR_SLUG, RecommendationsQuery, CART_TOKEN],
        responses=ProductOutput(many=True),
    )
    @cached_answer("recommendations", basis=of_goods_and_taste, reader=shopper_without_rights)
    def beside_product(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's name
        """What goes with a product, then what is like it; nothing that is in the caller's cart."""
        ids = queries.ids_beside_product(
            product=visible_products(request).named(id),
            holder=_holder(request),
            most=_page_size(request),
        )
        return self._shown(ids)

    def _shown(self, ids: Sequence[int]) -> Response:
        products = queries.listed_products(ids=ids)
        context = {"request": self.request}
        return Response(ProductOutput(products, many=True, context=context).data)


def _holder(request: Request) -> CartHolder:
    """The cart of a person or a guest; a key of the API has none."""
    is_person = request.user.is_authenticated and request.user.is_person
    token = request.headers.get("X-Cart-Token", "")
    return CartHolder(store=request.store, person=request.user if is_person else None, token=token)


def _page_size(request: Request) -> int:
    query = RecommendationsQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    return query.validated_data["page_size"]  # type: ignore[no-any-return]
