"""What an order means for what its customer has written."""

from uuid import UUID

from apps.core.transactions import requires_transaction
from apps.orders.models import OrderLine
from apps.orders.services.verify_reviews import verify_reviews


@requires_transaction
def verify_buyer(*, order_id: UUID) -> None:
    """This function will look again at the reviews that the customer of an order (public id) has
    written of what is in it."""
    rows = OrderLine.objects.filter(order__public_id=order_id).values_list(
        "order__customer__public_id", "variant__product__public_id"
    )
    products = {product_id: customer_id for customer_id, product_id in rows}
    for customer_id in set(products.values()):
        verify_reviews(customer_id=customer_id, product_ids=products.keys())
