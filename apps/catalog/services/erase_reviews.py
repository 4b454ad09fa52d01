"""Forgetting what somebody wrote."""

from apps.accounts.models import User
from apps.catalog.events import ReviewUpdated
from apps.catalog.models import Review
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor


@requires_transaction
def erase_reviews(*, author: User, by: Actor) -> None:
    """This function will take the words out of all reviews of a person, who is locked.

    The ratings stay: they name nobody, and others have bought by them.
    """
    reviews = Review.objects.filter(author=author).select_related("store", "product", "author")
    for review in reviews.defer("product__description").locked():
        if changed := review.forget_words():
            review.save()
            updated = ReviewUpdated.of(review, changed=changed)
            events.publish(updated, store=review.store, by=by)
