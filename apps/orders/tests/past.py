"""Orders of another shop, as tests tell them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory
from apps.catalog.models import Variant
from apps.catalog.tests.factories import VariantFactory
from apps.orders.past import PastCredit, PastLine, PastOrder, PastReturnLine
from apps.orders.transitions import OrderState

MARCH = datetime(2011, 3, 1, 9, tzinfo=UTC)
APRIL = datetime(2011, 4, 1, 9, tzinfo=UTC)
MAY = datetime(2011, 5, 1, 9, tzinfo=UTC)


def past_variant(store, sku: str) -> Variant:
    return VariantFactory(product__store=store, sku=sku, product__title=f"A {sku}")


def past_customer(store, **details: Any) -> User:
    return UserFactory(store=store, **details)


def past_order(number: str, customer: User, *lines: tuple[Variant, int, str], **details: Any):
    """Delivered in March, unless told otherwise; a line is a variant, how many, and the price."""
    told = {"placed_at": MARCH, "state": OrderState.DELIVERED} | details
    return PastOrder(
        external_number=number,
        customer=customer,
        lines=[
            PastLine(
                variant=one, title=one.product.title, quantity=count, unit_price=Decimal(price)
            )
            for one, count, price in lines
        ],
        **told,
    )


def past_credit(number: str, customer: User | None, *lines: tuple[Variant, int, str], at=APRIL):
    """Taken back in April, unless told otherwise."""
    return PastCredit(
        external_number=number,
        customer=customer,
        returned_at=at,
        lines=[
            PastReturnLine(
                variant=one, sku=one.sku, title="", quantity=count, unit_amount=Decimal(price)
            )
            for one, count, price in lines
        ],
    )
