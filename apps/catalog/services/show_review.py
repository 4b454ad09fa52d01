"""Showing a hidden review to the public again."""

from django.db import transaction

from apps.catalog.changes import change
from apps.catalog.errors import ReviewStateConflict
from apps.catalog.events import ReviewShown
from apps.catalog.models import Review, ReviewState
from apps.catalog.services.lock_review import lock_review
from apps.catalog.services.record_rating import record_rating
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def show_review(
    *, store: Store, review_id: int, by: Actor, expected_version: int | None = None
) -> Review:
    """This function will publish a hidden review (primary key) again; it counts again.

    Raises:
        NotInCatalog: the review or its product is gone.
        PreconditionFailed: it has another version than expected.
        ReviewStateConflict: it is not hidden.
    """
    review = lock_review(store=store, review_id=review_id, expected_version=expected_version)
    if review.state == ReviewState.PUBLISHED:
        raise ReviewStateConflict(state=review.state)
    before, state = review.counted, review.state
    change(review, {"state": ReviewState.PUBLISHED, "hidden_reason": ""})
    review.save()
    record_rating(product=review.product, before=before, after=review.counted)
    shown = ReviewShown.of(review, changes={"state": [state, review.state]})
    events.publish(shown, store=store, by=by)
    return review
