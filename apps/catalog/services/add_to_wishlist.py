"""Wishing for a product."""

from django.db import transaction

from apps.accounts.models import User
from apps.catalog.errors import WishlistFull
from apps.catalog.events import WishlistItemAdded
from apps.catalog.models import Product, WishlistItem
from apps.catalog.models.wishlist_item import MAX_WISHES
from apps.catalog.services.lock_person import lock_person
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def add_to_wishlist(*, store: Store, owner: User, product: Product, by: Actor) -> bool:
    """This function will put a product on a person's wishlist, unless it is there.

    Returns whether it was put there now.

    Raises:
        PersonErased: they were forgotten meanwhile.
        WishlistFull: the person wishes for 500 products of the store.
    """
    lock_person(person=owner)  # one writer at a time on each list
    wishes = WishlistItem.objects.for_store(store).filter(owner=owner)
    if wishes.filter(product=product).exists():
        return False
    if wishes.filter(product__deleted_at__isnull=True).count() >= MAX_WISHES:
        raise WishlistFull(f"At most {MAX_WISHES} products are kept.", limit=MAX_WISHES)
    WishlistItem.objects.create(store=store, owner=owner, product=product)
    added = WishlistItemAdded(aggregate_id=owner.public_id, product_id=product.public_id)
    events.publish(added, store=store, by=by)
    return True
