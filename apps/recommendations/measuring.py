"""How well engines would have foretold what people bought in a store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.recommendations.engine import engine_named
from apps.recommendations.evaluation import Measured, Trial

# As many as a raw count needs to do as well as it can.
_ALL_NEIGHBOURS = 10_000


@dataclass(frozen=True, kw_only=True)
class Result:
    """How one way of recommending did."""

    name: str
    beside_product: Measured
    for_person: Measured


def measured(*, trial: Trial, engines: Sequence[str], neighbours: int, k: int) -> Iterator[Result]:
    """This function will measure popularity, the raw count of what is bought together, and then
    engines, by name, as they are served: with so many neighbours of each product."""
    beside, person = trial.measure_popularity(k=k)
    yield Result(name="popularity", beside_product=beside, for_person=person)
    for name, most in [("cooccurrence", _ALL_NEIGHBOURS), *((one, neighbours) for one in engines)]:
        beside, person = trial.measure_engine(engine_named(name=name), most=most, k=k)
        yield Result(name=name, beside_product=beside, for_person=person)


def as_table(results: Sequence[Result], *, k: int) -> list[str]:
    """This function will write results in columns."""
    measures = [f"hit@{k}", f"recall@{k}", f"NDCG@{k}"]
    head = f"{'':24}" + "".join(f"{name:>11}" for name in [*measures, *measures])
    rows = [f"{'':24}{'item-to-item':>33}{'per person':>33}", head]
    for result in results:
        numbers = (
            f"{number:11.4f}"
            for one in (result.beside_product, result.for_person)
            for number in (one.hit_rate, one.recall, one.ndcg)
        )
        rows.append(f"{result.name[-24:]:24}" + "".join(numbers))
    return rows
