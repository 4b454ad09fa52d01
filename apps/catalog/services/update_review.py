"""Thinking better, or worse, of a product."""

from typing import Unpack

from django.db import transaction

from apps.accounts.models import User
from apps.catalog.changes import ReviewChanges, change, review_columns
from apps.catalog.events import ReviewUpdated
from apps.catalog.models import Review
from apps.catalog.services.lock_person import lock_person
from apps.catalog.services.lock_review import lock_review
from apps.catalog.services.record_rating import record_rating
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def update_review(
    *,
    store: Store,
    review_id: int,
    author: User,
    by: Actor,
    expected_version: int | None = None,
    **details: Unpack[ReviewChanges],
) -> Review:
    """This function will change the given fields of an author's review (primary key).

    What is hidden stays so. The event tells the rating before and after, and of words only that
    they have changed.

    Raises:
        PersonErased: the author was forgotten meanwhile.
        NotInCatalog: the review or its product is gone.
        PreconditionFailed: it has another version than expected.
        InvalidDetails: a field cannot be as given.
    """
    lock_person(person=author)
    review = lock_review(store=store, review_id=review_id, expected_version=expected_version)
    before, rated = review.counted, review.rating
    changed = change(review, review_columns(details))
    if changed:
        review.save()
        record_rating(product=review.product, before=before, after=review.counted)
        told = {"rating": [rated, review.rating]} if "points" in changed else {}
        names = ["rating" if name == "points" else name for name in changed]
        updated = ReviewUpdated.of(review, changed=names, changes=told)
        events.publish(updated, store=store, by=by)
    return review
