"""What can be exported, and how it is asked for."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

from apps.interchange.errors import ExportRefused

M = TypeVar("M", bound=Model)

# How a table is read from end to end: (rows, a unique key, how many at a time) -> batches.
Reader = Callable[..., Iterator[list[Any]]]


class Kind(StrEnum):
    """Kinds of things that leave a store whole."""

    PRODUCTS = "products"
    ORDERS = "orders"
    CUSTOMERS = "customers"
    STOCK = "stock"


class Layout(StrEnum):
    """Whose columns a file has."""

    NATIVE = "native"
    SHOPIFY = "shopify"


class Writing(StrEnum):
    """How rows become text."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One export as somebody asks for it. `since` is when orders were placed, or customers came.

    `chosen` are the keys of the rows of a narrowed list: what was shown is what leaves.
    """

    kind: Kind
    layout: Layout = Layout.NATIVE
    writing: Writing = Writing.CSV
    since: datetime | None = None
    states: tuple[str, ...] = ()
    published: bool | None = None
    chosen: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        is_native = self.layout is Layout.NATIVE
        dated = (Kind.ORDERS, Kind.CUSTOMERS)
        rules = [
            (is_native or self.kind is Kind.PRODUCTS, "Only products have Shopify's layout."),
            (is_native or self.writing is Writing.CSV, "Shopify's layout is CSV."),
            (self.since is None or self.kind in dated, "Only orders and customers have a since."),
            (not self.states or self.kind is Kind.ORDERS, "Only orders have a state."),
            (self.published is None or self.kind is Kind.PRODUCTS, "Only products are published."),
        ]
        for holds, refusal in rules:
            if not holds:
                raise ExportRefused(refusal)

    @property
    def file_name(self) -> str:
        """What it is called where it is saved."""
        return f"{self.kind}-{timezone.now():%Y-%m-%d}.{self.writing}"

    @property
    def content_type(self) -> str:
        """What the web calls the file."""
        kind = "text/csv" if self.writing is Writing.CSV else "application/x-ndjson"
        return f"{kind}; charset=utf-8"

    def as_json(self) -> dict[str, Any]:
        """This function will return everything but the kind, as plain values; of the rows that
        were chosen, how many."""
        chosen = {} if self.chosen is None else {"chosen": len(self.chosen)}
        return chosen | {
            "layout": self.layout.value,
            "as": self.writing.value,
            "since": self.since.isoformat() if self.since else None,
            "state": list(self.states),
            "published": self.published,
        }

    @classmethod
    def from_json(
        cls, kind: str, kept: dict[str, Any], *, chosen: Iterable[int] | None = None
    ) -> "Wanted":
        """This function will read what `as_json` wrote."""
        return cls(
            kind=Kind(kind),
            layout=Layout(kept["layout"]),
            writing=Writing(kept["as"]),
            since=datetime.fromisoformat(kept["since"]) if kept["since"] else None,
            states=tuple(kept["state"]),
            published=kept["published"],
            chosen=None if chosen is None else tuple(chosen),
        )


@dataclass(frozen=True)
class Piece:
    """Some of a file, and how many products, orders and so on are complete with it."""

    text: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """How things of one kind leave: what is read, and what a batch of it becomes.

    `lines` are CSV rows below `header`, or the documents of JSON lines, where there is no header.
    """

    things: QuerySet[Any]
    header: tuple[str, ...]
    lines: Callable[[list[Any]], Iterator[Any]]
    key: str = "pk"
    size: int = 500
