"""Taking a review back."""

from datetime import datetime

from django.db import transaction

from apps.catalog.events import ReviewDeleted
from apps.catalog.services.lock_review import lock_review
from apps.catalog.services.record_rating import record_rating
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def delete_review(
    *, store: Store, review_id: int, by: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """This function will mark a review (primary key) as deleted, and forget its words.

    It counts no more; its author may write another.

    Raises:
        NotInCatalog: the review or its product is gone.
        PreconditionFailed: it has another version than expected.
    """
    review = lock_review(store=store, review_id=review_id, expected_version=expected_version)
    before = review.counted
    review.forget_words()
    review.deleted_at = now
    review.save()
    record_rating(product=review.product, before=before, after=review.counted)
    events.publish(ReviewDeleted.of(review), store=store, by=by)
