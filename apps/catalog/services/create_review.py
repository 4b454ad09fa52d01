"""Saying what one thinks of a product."""

from datetime import datetime
from decimal import Decimal
from typing import Unpack

from django.db import transaction

from apps.accounts.models import User
from apps.catalog.changes import NewReview, change, review_columns
from apps.catalog.errors import ReviewerIsStaff, ReviewExists
from apps.catalog.events import ReviewCreated
from apps.catalog.models import Product, Review
from apps.catalog.services.lock_person import lock_person
from apps.catalog.services.record_rating import record_rating
from apps.core.constraints import refined
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def create_review(
    *,
    store: Store,
    product_id: int,
    author: User,
    by: Actor,
    now: datetime,
    rating: Decimal,
    **details: Unpack[NewReview],
) -> Review:
    """This function will publish what a customer thinks of a product (primary key).

    `rating` is from 0.0 to 5.0 in halves. Whether the author bought the product is found out by
    those who know orders, as soon as they hear of the review.

    Raises:
        PersonErased: the author was forgotten meanwhile.
        ReviewerIsStaff: the author is no customer of the store.
        NotInCatalog: the product is gone.
        ReviewExists: the author has reviewed the product.
        InvalidDetails: a field cannot be as given.
    """
    author = lock_person(person=author)
    if author.store_id != store.pk or author.scopes_at(store):
        raise ReviewerIsStaff
    product = Product.objects.for_store(store).locked_row(product_id)
    review = Review(store=store, product=product, author=author, created_at=now)
    change(review, review_columns({**details, "rating": rating}))
    with refined({"review_once_of_each_product": ReviewExists}):
        review.save()
    record_rating(product=product, before=None, after=review.counted)
    events.publish(ReviewCreated.of(review), store=store, by=by)
    return review
