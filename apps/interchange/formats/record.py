"""What every product format is read into: one record for each product, whole or refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from apps.core.money import Money

R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong with a file, where it is, and why."""

    line: int
    reason: str
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.reason}" + (f" ({self.value!r})" if self.value else "")


@dataclass(frozen=True, kw_only=True)
class RefusedRecord:
    """What cannot be imported. It is refused whole: half a product sells wrongly.

    `key` is what it is called in reports, `rows` are its rows as they were read.
    """

    line: int
    key: str
    faults: tuple[Fault, ...]
    rows: tuple[tuple[str, ...], ...] = ()


def unless_at_fault(record: R, faults: Sequence[Fault]) -> R | RefusedRecord:
    """This function will return a record as it is, or its refusal where anything is wrong."""
    if not faults:
        return record
    read: Any = record
    return RefusedRecord(line=read.line, key=read.key, faults=tuple(faults), rows=read.rows)


@dataclass(frozen=True, kw_only=True)
class ImageRecord:
    """A picture: an http(s) address, or a path beside the file."""

    line: int
    source: str
    alt_text: str

    @property
    def is_address(self) -> bool:
        """Whether the picture lies elsewhere on the web."""
        return self.source.lower().startswith(("http://", "https://"))


@dataclass(frozen=True, kw_only=True)
class VariantRecord:
    """One thing that can be bought.

    `said` names the fields that the file gives; a SKU that is not among them was derived.
    """

    line: int
    sku: str
    option_values: tuple[str, ...]
    price: Money
    compare_at: Money | None
    barcode: str
    weight_grams: int | None
    opening_stock: int
    metadata: dict[str, Any]
    said: frozenset[str]
    title: str = ""
    position: int | None = None


@dataclass(frozen=True, kw_only=True)
class ProductRecord:
    """A product with its variants and pictures, in the order of the file.

    `said` names the fields that the file has a column for: the others are left as they are when
    the product is already there. `metadata` holds what the format has and Tradepost has not.
    `published_at` is known to our own format alone: others say whether, not since when.
    """

    line: int
    slug: str
    title: str
    description: str
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    options: tuple[str, ...]
    is_published: bool
    category_paths: tuple[tuple[str, ...], ...]
    metadata: dict[str, Any]
    variants: tuple[VariantRecord, ...]
    images: tuple[ImageRecord, ...]
    said: frozenset[str]
    is_featured: bool = False
    published_at: datetime | None = None
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def key(self) -> str:
        """What it is called in reports."""
        return self.slug


Records = Iterable[ProductRecord | RefusedRecord]
