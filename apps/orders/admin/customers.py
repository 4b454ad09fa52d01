"""A person's orders, on their own page: people know nothing of orders."""

from apps.accounts.admin import UserAdmin
from apps.accounts.admin.sections import MOST, Entry, Section, change_link
from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.orders.models import Order


def _orders(person: User) -> list[Entry]:
    found = Order.objects.filter(customer=person).order_by("-public_id")[:MOST]
    return [
        (
            f"{one.placed_at:%Y-%m-%d} {one.number}, {one.state}, {one.total}",
            change_link("orders_order", one),
        )
        for one in found
    ]


UserAdmin.sections = [
    Section(title="Orders", scope=Scope.READ_ORDERS, page="orders_order", rows=_orders),
    *UserAdmin.sections,
    Section(title="Carts", scope=Scope.READ_ORDERS, page="orders_cart"),
    Section(title="Invoices", scope=Scope.READ_INVOICES, page="orders_invoice"),
]
