"""The right to change a review."""

from apps.catalog.models import Product, Review
from apps.core.transactions import requires_transaction
from apps.stores.models import Store


@requires_transaction
def lock_review(*, store: Store, review_id: int, expected_version: int | None) -> Review:
    """This function will lock a review (primary key) and, before it, the product it counts for.

    Both are returned as they now are: `review.product` is the locked row.

    Raises:
        NotInCatalog: the review or its product is gone.
        PreconditionFailed: the review has another version than expected.
    """
    reviews = Review.objects.for_store(store).filter(pk=review_id)
    product_id = reviews.values_list("product_id", flat=True).first() or 0
    product = Product.objects.for_store(store).locked_row(product_id)
    review = reviews.select_related("author").locked_row(review_id)
    review.require_version(expected_version)
    review.product = product
    return review
