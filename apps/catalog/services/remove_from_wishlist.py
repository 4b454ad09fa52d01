"""Wishing for something no more."""

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.catalog.events import WishlistItemRemoved
from apps.catalog.models import WishlistItem
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor


@retry_conflicts
@transaction.atomic
def remove_from_wishlist(*, owner: User, wishes: QuerySet[WishlistItem], by: Actor) -> int:
    """This function will take wishes of a person off their lists, and return how many there were.

    What somebody else has removed meanwhile is removed once.
    """
    User.objects.filter(pk=owner.pk).locked()  # one writer at a time on each list
    theirs = list(wishes.filter(owner=owner).select_related("store", "product").order_by("pk"))
    WishlistItem.objects.filter(pk__in=[one.pk for one in theirs]).delete()
    for store in {one.store for one in theirs}:
        gone = [
            WishlistItemRemoved(aggregate_id=owner.public_id, product_id=one.product.public_id)
            for one in theirs
            if one.store == store
        ]
        events.publish(*gone, store=store, by=by)
    return len(theirs)
