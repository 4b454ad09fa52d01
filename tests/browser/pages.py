"""The pages where staff spend their day."""

from django.urls import reverse

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.orders.models import Order
from apps.stores.models import Store


def main_pages(store: Store) -> dict[str, str]:
    """This function will return the addresses of the main pages, where a store has something to
    show on each of them, by name."""
    order = Order.objects.filter(store=store, state="paid").latest("pk")
    shown = Product.objects.filter(store=store, published_at__isnull=False)
    product = shown.filter(images__isnull=False).latest("pk")
    buyer = User.objects.get(pk=order.customer_id)
    return {
        "dashboard": reverse("admin:index"),
        "orders": reverse("admin:orders_order_changelist"),
        "order": reverse("admin:orders_order_change", args=[order.pk]),
        "ship": reverse("admin:orders_order_ship", args=[order.pk]),
        "refund": reverse("admin:orders_order_refund", args=[order.pk]),
        "stock": reverse("admin:inventory_stockitem_changelist"),
        "low-stock": reverse("admin:inventory_lowstock_changelist"),
        "product": reverse("admin:catalog_product_change", args=[product.pk]),
        "prices": f"{reverse('admin:catalog_product_reprice')}?products={product.pk}",
        "reviews": reverse("admin:catalog_review_changelist"),
        "customer": reverse("admin:accounts_user_change", args=[buyer.pk]),
        "record": reverse("admin:audit_auditrecord_changelist"),
    }
