"""Orders and returns as another shop wrote them down. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from apps.accounts.models import User
from apps.catalog.models import Variant
from apps.orders.transitions import OrderState

# A line's place and the numbers of a column: far more than anybody orders.
MOST_PAST_LINES = 30_000
MOST_OF_ONE_PAST = 1_000_000


@dataclass(frozen=True, kw_only=True)
class PastLine:
    """So many of a variant, named and priced as they were. `moves_stock` is false for what never
    lay on a shelf: fees, vouchers, charges by hand."""

    variant: Variant
    title: str
    quantity: int
    unit_price: Decimal
    moves_stock: bool = True

    @property
    def total(self) -> Decimal:
        """Unit price * quantity."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, kw_only=True)
class PastOrder:
    """An order of another shop, in the store's currency; `external_number` is its number there.

    The money is as that shop has it: `total` follows from the parts, and the tax is within it or
    added to it as `prices_include_tax` says.
    """

    external_number: str
    customer: User
    placed_at: datetime
    state: OrderState
    lines: Sequence[PastLine]
    discount: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    prices_include_tax: bool = True
    tax_rate: Decimal = Decimal(0)
    shipping_address: Mapping[str, str] = field(default_factory=dict)

    @property
    def subtotal(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        """What was paid."""
        before = self.subtotal - self.discount + self.shipping
        return before if self.prices_include_tax else before + self.tax


@dataclass(frozen=True, kw_only=True)
class PastReturnLine:
    """So many of a variant that came back, or, without one, money alone."""

    variant: Variant | None
    sku: str
    title: str
    quantity: int
    unit_amount: Decimal
    moves_stock: bool = True


@dataclass(frozen=True, kw_only=True)
class PastCredit:
    """What another shop has taken back from a customer at once; nobody is known for guests."""

    external_number: str
    customer: User | None
    returned_at: datetime
    lines: Sequence[PastReturnLine]
