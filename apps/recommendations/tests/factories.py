"""Products on sale, and orders of them that were paid."""

from typing import Any

import factory
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.catalog.tests.factories import ProductFactory
from apps.inventory.tests.factories import StockItemFactory
from apps.orders import services as orders
from apps.orders.models import Order
from apps.recommendations.models import CoPurchase, SimilarProducts
from apps.stores.models import Store


def sell(store: Store, title: str, *, on_hand: int = 100, **fields: Any) -> Product:
    """This function will put a product on sale; its slug is its title."""
    item = StockItemFactory(
        variant__product__store=store,
        variant__product__title=title,
        variant__product__slug=title,
        **{f"variant__product__{name}": value for name, value in fields.items()},
        on_hand=on_hand,
    )
    return item.variant.product


def buy(customer: User, *products: Product) -> Order:
    """This function will place an order of one of each product, and have it paid."""
    lines = [
        orders.RequestedLine(variant=product.variants.get().public_id, quantity=1)
        for product in products
    ]
    now = timezone.now()
    order = orders.place_order_from_lines(
        store=customer.store,
        customer=customer,
        lines=lines,
        shipping_address={"full_name": "Ada Lovelace", "city": "London", "country": "GB"},
        by=customer,
        now=now,
    )
    with transaction.atomic():
        (order,) = Order.objects.filter(pk=order.pk).locked()
        return orders.mark_order_paid(order=order, by=customer, now=now)


class CoPurchaseFactory(factory.django.DjangoModelFactory):
    """Two products that were bought together once; one way round."""

    class Meta:
        model = CoPurchase

    store = factory.SelfAttribute("product.store")
    count = 1


class SimilarProductsFactory(factory.django.DjangoModelFactory):
    """What an engine found beside a product: by default, that it goes with itself."""

    class Meta:
        model = SimilarProducts

    product = factory.SubFactory(ProductFactory)
    store = factory.SelfAttribute("product.store")
    others = factory.LazyAttribute(lambda row: [row.product.pk])
    scores = factory.LazyAttribute(lambda _: [0.5])
