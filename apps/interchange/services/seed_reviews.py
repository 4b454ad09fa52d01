"""What the demo's customers write when their orders have arrived."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.catalog import services as catalog
from apps.catalog.models import Review
from apps.core.errors import CommerceError
from apps.interchange.demo.opinions import read_opinions
from apps.orders.models import OrderLine
from apps.orders.transitions import OrderState
from apps.stores.models import Store

_TO_WRITE = timedelta(hours=30)


def seed_reviews(*, store: Store, customers: Sequence[User], now: datetime) -> int:
    """This function will have each opinion of the demo's data written by somebody who bought the
    product: the first whose order has arrived, and who has not reviewed it.

    What is there stays. Returns how many reviews it wrote.
    """
    opinions = read_opinions()
    known = set(Review.with_deleted.filter(store=store).values_list("author_id", "product_id"))
    said = Counter(product_id for _, product_id in known)
    written = 0
    for line in _arrived(store, customers):
        customer, product = line.order.customer, line.variant.product
        left = opinions.get(product.slug, [])[said[product.pk] :]
        if not left or (customer.pk, product.pk) in known:
            continue
        known.add((customer.pk, product.pk))
        try:
            catalog.create_review(
                store=store,
                product_id=product.pk,
                author=customer,
                by=customer,
                now=min((line.order.delivered_at or now) + _TO_WRITE, now),
                rating=left[0].rating,
                title=left[0].title,
                body=left[0].body,
                show_name=customer.pk % 3 > 0,
            )
        except CommerceError:
            continue  # the product, or the customer, is gone by now: that happens
        said[product.pk] += 1
        written += 1
    return written


def _arrived(store: Store, customers: Sequence[User]) -> list[OrderLine]:
    lines = OrderLine.objects.filter(
        order__store=store,
        order__customer__in=customers,
        order__state=OrderState.DELIVERED,
        variant__deleted_at__isnull=True,
    )
    related = lines.select_related("order__customer", "variant__product")
    return list(
        related.defer(
            "order__shipping_address",
            "order__customer_note",
            "order__staff_note",
        ).order_by("order__placed_at", "position")
    )
