"""Telling the catalogue which reviews are by buyers."""

from collections.abc import Collection
from uuid import UUID

from apps.catalog import services as catalog
from apps.catalog.models import Review
from apps.core.transactions import requires_transaction
from apps.orders import queries


@requires_transaction
def verify_reviews(*, customer_id: UUID, product_ids: Collection[UUID]) -> None:
    """This function will have a customer's reviews of products (public ids) say whether the
    customer bought them, as things are now.

    It is called after a review, and after anything that makes a purchase or unmakes it. The reviews
    are locked before the orders are read: of two callers at once the second sees all that the first
    saw, and the last word is the right one, whoever has it.
    """
    reviews = (
        Review.objects.filter(author__public_id=customer_id, product__public_id__in=product_ids)
        .select_related("store", "author", "product")
        .defer("title", "body", "hidden_reason", "author__email", "author__full_name")
        .defer("product__description")
        .locked()
    )
    if not reviews:
        return
    bought = queries.products_bought(
        customer=reviews[0].author, product_ids=[review.product_id for review in reviews]
    )
    catalog.record_verification(store=reviews[0].store, reviews=reviews, bought=bought)
