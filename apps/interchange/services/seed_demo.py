"""A shop to try Tradepost with."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.events import services as events
from apps.interchange.demo.goods import read_goods
from apps.interchange.demo.people import SELLER, STAFF_EMAIL, read_buyers
from apps.interchange.demo.story import tell_story
from apps.interchange.errors import NotADemoShop
from apps.interchange.formats.record import ProductRecord
from apps.interchange.services.seed_customers import seed_customers
from apps.interchange.services.seed_orders import seed_orders
from apps.interchange.services.seed_products import seed_products
from apps.interchange.services.seed_reviews import seed_reviews
from apps.interchange.services.seed_staff import seed_staff
from apps.stores.events import StoreUpdated
from apps.stores.models import Store

NAME = "Tradepost Demo"

Teller = Callable[[str], None]


def seed_demo(*, store: Store, now: datetime, tell: Teller) -> None:
    """This function will fill a store with goods, people, six weeks of orders and reviews of them.

    Goods and orders go through the services that real shops use. It may be run again at any time:
    what is there stays, and what an interrupted run has left undone is done. The story ends when
    the shop was first seeded. `tell` hears what is being done.

    Raises:
        NotADemoShop: the store has products of its own, or cannot have the demo's prices; nothing
            is changed.
    """
    goods = read_goods(currency=store.currency)
    buyers = read_buyers()
    _require_demo_shop(store, goods)
    staff = seed_staff(store=store, now=now)
    _introduce(store, by=staff)
    opened_at = staff.created_at
    customers = seed_customers(store=store, buyers=buyers, opened_at=opened_at)
    tell(f"{len(goods)} products, with pictures drawn for them ...")
    tell(str(seed_products(store=store, goods=goods, by=staff, now=opened_at)))
    visits = tell_story(goods, buyers=len(buyers), until=opened_at)
    tell(f"{len(visits)} orders of {len(customers)} customers ...")
    placed = seed_orders(
        store=store, visits=visits, buyers=buyers, customers=customers, staff=staff
    )
    reviews = seed_reviews(store=store, customers=customers, now=opened_at)
    tell(f"{placed} placed, {reviews} reviews written, {_deliver_events()} events delivered")


def _require_demo_shop(store: Store, goods: Sequence[ProductRecord]) -> None:
    """A shop that was seeded once may sell other things too by now."""
    if User.objects.for_store(store).filter(email=STAFF_EMAIL).exists():
        return
    slugs = [record.slug for record in goods]
    if Product.objects.for_store(store).exclude(slug__in=slugs).exists():
        raise NotADemoShop(f"{store.name} has products of its own: the demo would mix with them.")


@transaction.atomic
def _introduce(store: Store, *, by: User) -> None:
    """Says what the shop is called, and who sells where nobody has said so yet."""
    news = {name: value for name, value in SELLER.items() if not getattr(store, name)}
    if store.name != NAME:
        news["name"] = NAME
    if news:
        for name, value in news.items():
            setattr(store, name, value)
        store.save(update_fields=list(news))
        events.publish(StoreUpdated(aggregate_id=store.public_id), store=store, by=by)


def _deliver_events() -> int:
    delivered = 0
    while count := events.deliver_pending():
        delivered += count
    return delivered
