"""Whom answers about orders are kept for, and what they depend on."""

from typing import Any

from rest_framework.request import Request

from apps.accounts.outdating import person_tag
from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.core.cached_answers import Basis, own_copy
from apps.events.outdating import store_tag
from apps.orders.api.views.paths import visible_orders
from apps.orders.outdating import order_tag


def owner_only(request: Request) -> str | None:
    """This function will give a customer a copy of their own, and staff, who see more, none."""
    return None if holds(request.user, Scope.READ_ORDERS) else own_copy(request)


def of_one_order(view: Any, request: Request) -> Basis | None:
    """This function will return what one's own order depends on, if there is one."""
    named = visible_orders(request).named(view.kwargs["id"])
    order_id = named.values_list("public_id", flat=True).first()
    if order_id is None:
        return None
    tags = (
        store_tag(request.store.public_id),
        person_tag(request.user.public_id),
        order_tag(order_id),
    )
    return Basis(tags=tags, thing=str(order_id))
