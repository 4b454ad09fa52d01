"""What an engine of recommendations does, and which there are."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from django.utils.module_loading import import_string

from apps.recommendations.purchases import Purchases


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The products most worth showing to who has one, the highest score first.

    Below zero: who has the one wants the other less than most people do.
    """

    product: int
    others: "array[int]"
    scores: "array[float]"  # single precision


class Engine(Protocol):
    """Learns from purchases which products go together. It knows no database and no network."""

    def neighbours(self, *, purchases: Purchases, most: int) -> Iterator[Neighbours]:
        """This function will yield the products that have any neighbours, each once, by key, with
        at most so many of them."""
        ...


# Read when they are asked for: a process that serves requests needs no linear algebra.
_ENGINES = {
    "local": "apps.recommendations.item_model.ItemModel",
    "cooccurrence": "apps.recommendations.cooccurrence.CoOccurrence",
}


def engine_named(*, name: str) -> Engine:
    """This function will make the engine with a name; a dotted path names one of your own.

    Raises:
        ImportError: there is none.
    """
    engine: Engine = import_string(_ENGINES.get(name, name))()
    return engine
