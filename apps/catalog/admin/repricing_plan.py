"""What a preview has shown, carried by its page under our signature: that is what is applied."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.core import signing

from apps.catalog.models import Variant
from apps.catalog.repricing import Refusal, Repricing, reprice
from apps.catalog.services import PriceChange
from apps.core.money import Money
from apps.events.actors import Identified
from apps.stores.models import Store

_SALT = "catalog.repricing"
_HOURS = 12
IN_WORDS = {
    Refusal.NOT_POSITIVE: "Nothing would be left of the price.",
    Refusal.TOO_HIGH: "The price would be too high.",
    Refusal.NOT_BELOW_COMPARE_AT: "It would not be below the price it is compared with.",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One variant: how it is, how it is to be, or why it stays."""

    product_id: int
    variant_id: int
    version: int
    price: Money
    compare_at: Money | None
    new_price: Money
    new_compare_at: Money | None
    refusal: str = ""

    @property
    def is_change(self) -> bool:
        """Whether anything is to be different."""
        return (self.price, self.compare_at) != (self.new_price, self.new_compare_at)

    @property
    def change(self) -> PriceChange:
        """What the service is told."""
        return PriceChange(
            product_id=self.product_id,
            variant_id=self.variant_id,
            version=self.version,
            price=self.new_price,
            compare_at=self.new_compare_at,
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """New prices for a number of variants of one store."""

    currency: str
    steps: list[Step]

    @classmethod
    def of(cls, variants: Iterable[Variant], *, how: Repricing, currency: str) -> Self:
        """This function will work the new prices out."""
        return cls(currency=currency, steps=[_step(one, how) for one in variants])

    @classmethod
    def read(cls, token: str, *, by: Identified, store: Store) -> Self | None:
        """This function will read what `sealed` wrote for the same person in the same store, not
        too long ago; `None` when it is something else."""
        try:
            kept = signing.loads(token, salt=_SALT, max_age=_HOURS * 3600)
        except signing.BadSignature:
            return None
        if kept["for"] != [str(by.public_id), str(store.public_id)]:
            return None
        steps = [_read(row, kept["currency"]) for row in kept["steps"]]
        return cls(currency=kept["currency"], steps=steps)

    def sealed(self, *, by: Identified, store: Store) -> str:
        """This function will write it down so that nobody else can have written it."""
        kept = {
            "for": [str(by.public_id), str(store.public_id)],
            "currency": self.currency,
            "steps": [_written(one) for one in self.steps],
        }
        return signing.dumps(kept, salt=_SALT, compress=True)

    @property
    def changes(self) -> list[PriceChange]:
        """What the service is told: what is to be different, and nothing else."""
        return [one.change for one in self.steps if one.is_change and not one.refusal]

    @property
    def totals(self) -> dict[str, Any]:
        """How many are changed, stay and are refused, and what one of each costs together."""
        changing = [one for one in self.steps if one.is_change and not one.refusal]
        refused = sum(bool(one.refusal) for one in self.steps)
        return {
            "all": len(self.steps),
            "changing": len(changing),
            "refused": refused,
            "same": len(self.steps) - len(changing) - refused,
            "raised": sum(one.new_price > one.price for one in changing),
            "lowered": sum(one.new_price < one.price for one in changing),
            "before": Money.total((one.price for one in changing), currency=self.currency),
            "after": Money.total((one.new_price for one in changing), currency=self.currency),
        }


def _step(variant: Variant, how: Repricing) -> Step:
    new = reprice(price=variant.price, compare_at=variant.compare_at, how=how)
    return Step(
        product_id=variant.product_id,
        variant_id=variant.pk,
        version=variant.version,
        price=variant.price,
        compare_at=variant.compare_at,
        new_price=new.price,
        new_compare_at=new.compare_at,
        refusal=IN_WORDS[new.refusal] if new.refusal else "",
    )


def _written(one: Step) -> list[Any]:
    sums = [one.price, one.compare_at, one.new_price, one.new_compare_at]
    amounts = [None if money is None else f"{money.amount:f}" for money in sums]
    return [one.product_id, one.variant_id, one.version, *amounts, one.refusal]


def _read(row: list[Any], currency: str) -> Step:
    product_id, variant_id, version, *amounts, refusal = row
    price, compare_at, new_price, new_compare_at = (
        None if amount is None else Money(Decimal(amount), currency) for amount in amounts
    )
    return Step(
        product_id=product_id,
        variant_id=variant_id,
        version=version,
        price=price or Money.zero(currency),
        compare_at=compare_at,
        new_price=new_price or Money.zero(currency),
        new_compare_at=new_compare_at,
        refusal=refusal,
    )
