"""Knowing which reviews are by people who bought what they write about."""

from collections.abc import Collection, Sequence

from apps.catalog.events import ReviewVerificationWithdrawn, ReviewVerified
from apps.catalog.models import Review
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@requires_transaction
def record_verification(
    *, store: Store, reviews: Sequence[Review], bought: Collection[int], by: Actor = None
) -> None:
    """This function will note of a person's reviews whether they bought the products.

    `bought` are products (primary keys). The caller has locked the reviews, with author and product
    along, *before* asking what was bought: else an older answer could take the place of a newer
    one. No version counts up, for nobody has edited anything, and ratings stay as they are.
    """
    flipped = [one for one in reviews if one.is_verified != (one.product_id in bought)]
    for state in (True, False):
        changed = [one.pk for one in flipped if one.is_verified is not state]
        if changed:
            Review.objects.filter(pk__in=changed).update(is_verified=state)
    facts = [
        (ReviewVerificationWithdrawn if one.is_verified else ReviewVerified).of(one)
        for one in flipped
    ]
    events.publish(*facts, store=store, by=by)
    for one in flipped:
        one.is_verified = not one.is_verified
