"""A shop with something to see on every page, made in a second."""

from io import BytesIO

from django.utils import timezone
from PIL import Image

from apps.accounts.tests.factories import UserFactory
from apps.audit import services as audit
from apps.catalog import services as catalog
from apps.catalog.models import Product
from apps.catalog.tests.factories import ReviewFactory
from apps.events import services as events
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.tests.factories import pay_order, place_order
from apps.stores.models import Store


def set_scene(store: Store) -> None:
    """This function will sell something: one order is not paid, one waits for its parcel, one has
    left in part, and all three are on record. There are reviews, one of them hidden."""
    ada = UserFactory(store=store, full_name="Ada Lovelace", email="ada@people.example")
    place_order(customer=ada)
    sold_order(store)
    ship_one_of(sold_order(store))
    _show_picture(Product.objects.filter(store=store).latest("pk"))
    for product in Product.objects.filter(store=store)[:4]:
        ReviewFactory(product=product)
    ReviewFactory(product=product, state="hidden", hidden_reason="It is rude.")
    while events.deliver_pending():
        pass
    audit.record_events()


def sold_order(store: Store) -> Order:
    """This function will return a new order of three things at 10.00 each, paid: 34.90."""
    order = place_order(customer=UserFactory(store=store))
    pay_order(order, "success", gateway="simulated")
    order.refresh_from_db()
    return order


def ship_one_of(order: Order) -> None:
    """This function will ship the first line of an order."""
    line = order.lines.earliest("position")
    parcel = [orders.ShippedLine(line_id=line.public_id, quantity=1)]
    orders.ship_order(
        store=order.store, order_id=order.public_id, lines=parcel, by=None, now=timezone.now()
    )


def _show_picture(product: Product) -> None:
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "PNG")
    catalog.add_image_from_bytes(
        store=product.store,
        product_id=product.pk,
        content=drawn.getvalue(),
        alt="A mug",
        by=None,
    )
