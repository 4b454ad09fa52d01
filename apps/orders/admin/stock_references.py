"""What stock is held and sold for: the pages of inventory link to orders."""

from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.inventory.admin.references import register_finder
from apps.orders.models import Order


@register_finder
def orders_called(request: HttpRequest, references: set[UUID]) -> dict[UUID, tuple[str, str]]:
    """This function will find the orders that reservations and movements are for."""
    if not holds(request.user, Scope.READ_ORDERS):
        return {}
    orders = Order.objects.for_store(request.store).filter(public_id__in=references)  # type: ignore[attr-defined]
    return {
        public_id: (number, reverse("admin:orders_order_change", args=[pk]))
        for public_id, number, pk in orders.values_list("public_id", "number", "pk")
    }
