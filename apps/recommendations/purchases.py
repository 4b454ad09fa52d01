"""What was bought, as an engine is told of it: columns of plain numbers."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

UNKNOWN = 0  # nobody we would know again


def _whole() -> "array[int]":
    return array("q")


def _real() -> "array[float]":
    return array("d")


@dataclass(frozen=True, kw_only=True)
class Purchases:
    """Four columns of one length: an entry is one product in one basket, 32 bytes.

    Baskets, people and products are any whole numbers; a moment is seconds since 1970.
    """

    baskets: "array[int]" = field(default_factory=_whole)
    people: "array[int]" = field(default_factory=_whole)
    products: "array[int]" = field(default_factory=_whole)
    moments: "array[float]" = field(default_factory=_real)

    def __len__(self) -> int:
        return len(self.products)

    def add_basket(
        self, *, basket: int, products: Iterable[int], moment: float, person: int = UNKNOWN
    ) -> None:
        """This function will append a basket; each product must be given once."""
        for product in products:
            self.baskets.append(basket)
            self.people.append(person)
            self.products.append(product)
            self.moments.append(moment)
