"""A made-up assortment of any size, for measuring: the same number and seed give the same goods."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp, gcd
from pathlib import Path
from random import Random

from apps.core.money import Money
from apps.interchange.formats.record import ProductRecord, VariantRecord

SKU_PREFIX = "TP-"
_FOLDER = Path(__file__).parent
_WORDS = {
    name: words.split(", ")
    for name, words in (
        line.split("\t")
        for line in (_FOLDER / "assortment_words.tsv").read_text(encoding="utf-8").splitlines()
    )
}
_CLOSINGS = [
    "Made in small batches and checked by hand.",
    "It gets better with use and can be mended.",
    "Packed without plastic.",
    "A gift that is used rather than kept.",
    "Designed to last for years rather than seasons.",
    "The maker repairs it free of charge.",
]
_SAID = frozenset(
    ["title", "description", "vendor", "product_type", "tags", "options", "is_published"]
)
_VARIANT_SAID = frozenset(["sku", "option_values", "price", "compare_at", "weight_grams"])


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One category of the assortment, and what stands there."""

    path: tuple[str, ...]
    things: Sequence[str]
    stuffs: Sequence[str]
    option: str
    values: Sequence[str]
    price: int
    grams: int


def read_shelves() -> list[Shelf]:
    """This function will return the shelves of the assortment, in the order of its file."""
    with (_FOLDER / "assortment.tsv").open(encoding="utf-8", newline="") as lines:
        return [
            Shelf(
                path=tuple(row["shelf"].split(" > ")),
                things=row["things"].split(", "),
                stuffs=row["stuffs"].split(", "),
                option=row["option"],
                values=row["values"].split(", ") if row["values"] else (),
                price=int(row["price"]),
                grams=int(row["grams"]),
            )
            for row in csv.DictReader(lines, delimiter="\t")
        ]


def assortment(*, count: int, seed: int, currency: str, decimals: int) -> Iterator[ProductRecord]:
    """This function will yield `count` products, one after the other, with prices in a currency.

    Product n depends on n and the seed alone, so a longer one begins with the shorter one.
    Prices are log-normal around what is usual on the shelf (sigma 0.5), a third of the products
    come in up to three choices of their option, and every tenth is reduced.
    """
    shelves = read_shelves()
    line = 1
    for place in range(count):
        dice = Random(f"{seed}/{place}")  # noqa: S311 - goods, not secrets
        shelf = dice.choice(shelves)
        maker = _Maker(shelf, dice, place=place, line=line, currency=currency, decimals=decimals)
        product = maker.product()
        yield product
        line += len(product.variants)


def zipf_weight(*, place: int, count: int, exponent: float = 1.0) -> float:
    """This function will return how much product number `place` of `count` is wanted: r^-exponent
    of its rank r, where ranks are strewn over the places (Zipf's law, as sales commonly show)."""
    step = next(one for one in range(int(count * 0.618) | 1, 2 * count + 3) if gcd(one, count) == 1)
    rank = (place * step) % count + 1
    return float(rank**-exponent)


class _Maker:
    """Makes one product of a shelf by throwing dice."""

    def __init__(
        self, shelf: Shelf, dice: Random, *, place: int, line: int, currency: str, decimals: int
    ) -> None:
        self._shelf, self._dice = shelf, dice
        self._place, self._line = place, line
        self._currency, self._decimals = currency, decimals
        self._thing, self._stuff = dice.choice(shelf.things), dice.choice(shelf.stuffs)
        self._look = dice.choice(_WORDS["looks"])
        self._series = "".join(dice.choices(_WORDS["syllables"], k=2)).capitalize()

    def product(self) -> ProductRecord:
        title = f"{self._series} {self._look} {self._stuff} {self._thing}"
        variants = tuple(self._variants())
        slug = "-".join(f"{title} {self._place + 1}".lower().replace("'", "").split())
        return ProductRecord(
            line=self._line,
            slug=slug,
            title=title,
            description=self._description(),
            vendor=self._maker(),
            product_type=self._thing,
            tags=(self._stuff.lower(), self._look.lower()),
            options=(self._shelf.option,) if len(variants) > 1 else (),
            is_published=self._dice.random() < 0.98,
            category_paths=(self._shelf.path,),
            metadata={},
            variants=variants,
            images=(),
            said=_SAID,
        )

    def _maker(self) -> str:
        return f"{self._dice.choice(_WORDS['houses'])} {self._dice.choice(_WORDS['trades'])}"

    def _description(self) -> str:
        stuff, thing = self._stuff.lower(), self._thing.lower()
        where = self._shelf.path[0].lower()
        return (
            f"<p>A {self._look.lower()} {thing} of {stuff} for the {where} shelf, from the "
            f"{self._series} series. {' '.join(self._dice.sample(_CLOSINGS, 2))}</p>"
        )

    def _variants(self) -> Iterator[VariantRecord]:
        values: Sequence[str] = [""]
        if self._shelf.values and self._dice.random() < 0.33:
            start = self._dice.randrange(len(self._shelf.values) - 1)
            values = self._shelf.values[start : start + 3]
        base = self._shelf.price * exp(self._dice.gauss(0, 0.5))
        for number, value in enumerate(values):
            yield self._variant(number, value, base * (1 + 0.15 * number))

    def _variant(self, number: int, value: str, price: float) -> VariantRecord:
        amount = self._amount(price)
        reduced = self._dice.random() < 0.1
        before = Money(self._amount(price * 1.25 + 1), self._currency) if reduced else None
        return VariantRecord(
            line=self._line + number,
            sku=f"{SKU_PREFIX}{self._place + 1:07}-{number + 1}",
            option_values=(value,) if value else (),
            price=Money(amount, self._currency),
            compare_at=before,
            barcode="",
            weight_grams=round(self._shelf.grams * self._dice.uniform(0.7, 1.4)),
            opening_stock=0 if self._dice.random() < 0.08 else self._dice.randint(1, 250),
            metadata={},
            said=_VARIANT_SAID,
        )

    def _amount(self, price: float) -> Decimal:
        """Ends in 0.95 below fifty, and in whole money above, as price tags do."""
        whole = max(1, round(price))
        if self._decimals < 2:
            return Decimal(whole)
        return Decimal(whole) - Decimal("0.05") if whole < 50 else Decimal(whole)
