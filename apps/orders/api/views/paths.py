"""How the routes name an order, and who finds what is behind a name."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from apps.accounts.scopes import Scope
from apps.core.access import MissingScope
from apps.orders.errors import OrderNotFound
from apps.orders.models import Order

ORDER = "[0-9A-Za-z-]{8,36}"
ORDER_ID = OpenApiParameter(
    name="id",
    location=OpenApiParameter.PATH,
    type=str,
    description="The order's id, or its number.",
)


def visible_orders(request: Request, *, scope: str = Scope.READ_ORDERS) -> QuerySet[Order]:
    """This function will keep the caller's own orders, or all of the store for holders of a
    scope."""
    orders = Order.objects.for_store(request.store).visible_to(request.user, scope=scope)
    return orders.select_related("customer")


def visible_order(request: Request, reference: str, *, scope: str = Scope.READ_ORDERS) -> Order:
    """This function will find an order by its id or its number.

    Raises:
        OrderNotFound: there is none, or the caller may not see it.
    """
    order = visible_orders(request, scope=scope).named(reference).first()
    if order is None:
        raise OrderNotFound
    return order


def order_to_change(request: Request, reference: str) -> Order:
    """This function will find an order that the caller may change: theirs, or for those who may
    write orders any.

    Raises:
        OrderNotFound: there is none, or the caller may not even see it.
        MissingScope: the caller may see it, and no more.
    """
    try:
        return visible_order(request, reference, scope=Scope.WRITE_ORDERS)
    except OrderNotFound:
        visible_order(request, reference)
    raise MissingScope(Scope.WRITE_ORDERS)
