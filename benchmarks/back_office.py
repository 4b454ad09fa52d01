"""How long staff wait for their pages with 100,000 products and 1,000,000 orders in the shop.

Every list and the page of a row of it, as an operator who may see all, as a ratio to its SQL sent
bare. The store is filled by `seed_catalog`, and orders with what belongs to them are copied by the
database itself, over three years. Run it with `make bench`; PRODUCTS, ORDERS and ROUNDS are less
when they say so.
"""

import os
from collections.abc import Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.contrib import admin  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import (  # noqa: E402
    override_settings,
    setup_databases,
    teardown_databases,
)
from django.urls import reverse  # noqa: E402

from apps.accounts.tests.factories import UserFactory  # noqa: E402
from apps.backoffice.tests.factories import DeliveryFactory  # noqa: E402
from apps.catalog.models import Variant  # noqa: E402
from apps.inventory.models import StockItem, StockMovement  # noqa: E402
from apps.inventory.tests.factories import ReservationFactory  # noqa: E402
from apps.mail.tests.factories import SentMailFactory  # noqa: E402
from apps.orders.models import Invoice, Order  # noqa: E402
from apps.orders.tests.factories import (  # noqa: E402
    InvoiceFactory,
    OrderFactory,
    OrderLineFactory,
)
from apps.payments.tests.factories import PaymentFactory  # noqa: E402
from apps.stores.models import Store  # noqa: E402
from benchmarks.catalog import Seen, ask  # noqa: E402
from benchmarks.exports import copy  # noqa: E402

PRODUCTS = int(os.environ.get("PRODUCTS", "100000"))
ORDERS = int(os.environ.get("ORDERS", "1000000"))
A_KEY = "gen_random_uuid()"
SOME_TIME = "now() - (place::bigint * 7919 %% 94608000) * interval '1 second'"  # within three years
BESIDE_THE_LISTS = {
    "dashboard": ("/admin/", {}),
    "search: a number": ("/admin/search/", {"s": "000000100"}),
    "inbox": ("/admin/inbox/", {}),
    "orders by state": ("/admin/orders/order/", {"state__exact": "paid"}),
    "orders: page 100": ("/admin/orders/order/", {"p": "100"}),
    "orders: one number": ("/admin/orders/order/", {"q": "000000100"}),
    "products: a word": ("/admin/catalog/product/", {"q": "leather"}),
    "stock: a SKU": ("/admin/inventory/stockitem/", {"q": "ABC"}),
}


def fill() -> None:
    call_command("seed_catalog", products=PRODUCTS)
    store = Store.objects.default()
    variant = Variant.objects.order_by("pk")[0]
    order = OrderFactory(customer=UserFactory(store=store), state="delivered")
    line = OrderLineFactory(order=order, variant=variant, position=9)
    payment = PaymentFactory(order=order, store=store)
    delivery = DeliveryFactory()
    number, times = "lpad(place::text, 9, '0')", {"placed_at": SOME_TIME, "paid_at": SOME_TIME}
    copy("orders_order", order.pk, 1, ORDERS, number=number, **times)
    its_order = f"(SELECT id FROM orders_order WHERE store_id = {store.pk} AND number = {number})"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE orders_order")
    for position in range(2):
        own = {"order_id": its_order, "position": str(position)}
        copy("orders_orderline", line.pk, 1, ORDERS, **own)
    own = {"order_id": its_order, "gateway_reference": "place::text"}
    copy("payments_payment", payment.pk, 1, ORDERS, gateway_idempotency_key=A_KEY, **own)
    copy("events_outboxevent", delivery.event_id, 1, ORDERS)
    its = {"event_id": f"{delivery.event_id} + place", "state": "'done'", "done_at": "now()"}
    copy("events_delivery", delivery.pk, 1, ORDERS, **its)
    fill_what_follows(store, order, its_order)
    movement = StockMovement.objects.order_by("pk")[0]
    copy("inventory_stockmovement", movement.pk, 1, ORDERS, reference=A_KEY, created_at=SOME_TIME)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum would have done


def fill_what_follows(store: Store, order: Order, its_order: str) -> None:
    """An invoice, a mail and a sold reservation for each order, and a customer for ten."""
    invoice = Invoice.objects.of(order).first() or InvoiceFactory(order=order)
    mail = SentMailFactory(store=store)
    its = {"order_id": its_order, "sequence": "1000 + place", "number": "'B' || place"}
    copy("orders_invoice", invoice.pk, 1, ORDERS, issued_at=SOME_TIME, **its)
    copy("mail_sentmail", mail.pk, 1, ORDERS, key=A_KEY)
    item = StockItem.objects.for_store(store).order_by("pk")[0]
    sold = ReservationFactory(stock_item=item, store=store, state="committed")
    copy("inventory_reservation", sold.pk, 1, ORDERS, reference=A_KEY)
    person = {"email_index": A_KEY, "external_id": "'c' || place"}
    copy("accounts_user", order.customer_id, 1, ORDERS // 10, **person)


def pages() -> Iterator[tuple[str, str, dict[str, str]]]:
    for name, (path, parameters) in BESIDE_THE_LISTS.items():
        yield name, path, parameters
    for model in admin.site._registry:  # noqa: SLF001 - Django has no other way
        rows = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield f"{model._meta.verbose_name_plural}", reverse(f"{rows}_changelist"), {}
        if not model._meta.proxy and (row := _one_of(model)):
            yield f"  one {model._meta.verbose_name}", reverse(f"{rows}_change", args=[row.pk]), {}


def _one_of(model: type[models.Model]) -> models.Model | None:
    return model._base_manager.order_by("-pk").first()  # noqa: SLF001 - nor here


def tell(name: str, seen: Seen) -> None:
    page, bare = seen.api * 1000, seen.bare * 1000
    print(f"{name:40}{seen.statements:11}{page:12.1f}{bare:12.1f}{page / bare:7.2f}", flush=True)


def main() -> None:
    fill()
    staff = Client()
    operator = UserFactory(store=Store.objects.default(), is_staff=True, is_superuser=True)
    staff.force_login(operator)
    print(f"{'page':40}{'statements':>11}{'p95 ms':>12}{'SQL p95 ms':>12}{'ratio':>7}")
    for name, path, parameters in pages():
        tell(name, ask(path, parameters, staff))


if __name__ == "__main__":
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        # As in a process that has served a request before: it knows the stores by their hosts.
        with override_settings(STORE_DIRECTORY_SECONDS=3600):
            main()
    finally:
        teardown_databases(databases, verbosity=0)
