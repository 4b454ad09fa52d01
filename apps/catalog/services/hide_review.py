"""Keeping a review from the public."""

from django.db import transaction

from apps.catalog.changes import change
from apps.catalog.errors import ReviewStateConflict
from apps.catalog.events import ReviewHidden
from apps.catalog.models import Review, ReviewState
from apps.catalog.services.lock_review import lock_review
from apps.catalog.services.record_rating import record_rating
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def hide_review(
    *, store: Store, review_id: int, by: Actor, reason: str, expected_version: int | None = None
) -> Review:
    """This function will hide a review (primary key) from all but its author and moderators.

    It counts no more. The author reads the reason, as the Digital Services Act demands (Regulation
    (EU) 2022/2065, article 17); events do not tell it.

    Raises:
        NotInCatalog: the review or its product is gone.
        PreconditionFailed: it has another version than expected.
        ReviewStateConflict: it is hidden.
        InvalidDetails: the reason cannot be as given.
    """
    review = lock_review(store=store, review_id=review_id, expected_version=expected_version)
    if review.state == ReviewState.HIDDEN:
        raise ReviewStateConflict(state=review.state)
    before, state = review.counted, review.state
    change(review, {"state": ReviewState.HIDDEN, "hidden_reason": reason})
    review.save()
    record_rating(product=review.product, before=before, after=review.counted)
    hidden = ReviewHidden.of(review, changes={"state": [state, review.state]})
    events.publish(hidden, store=store, by=by)
    return review
