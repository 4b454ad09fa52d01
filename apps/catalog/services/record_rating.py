"""Keeping the rating of a product."""

from apps.catalog.models import Product
from apps.catalog.services.refresh_listings import refresh_listings
from apps.core.transactions import requires_transaction


@requires_transaction
def record_rating(*, product: Product, before: int | None, after: int | None) -> None:
    """This function will count a review that was `before` and is `after`, in half points.

    `None` is a review that does not count. The caller has locked the product, and read it after
    that: so the sums are those of the reviews, however many are written at once. No version counts
    up, for nobody has edited the product. Its listing is locked, so nothing is locked after this.
    """
    if before == after:
        return
    product.rating_sum += (after or 0) - (before or 0)
    product.rating_count += (after is not None) - (before is not None)
    Product.objects.filter(pk=product.pk).update(
        rating_sum=product.rating_sum, rating_count=product.rating_count
    )
    refresh_listings(product_ids=[product.pk])
