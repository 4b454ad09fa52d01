"""How well an engine foretells what was bought later.

A case asks for products, and knows which were right. With the rank i of each answer from 1 to k,

    hit rate = share of the cases with a right one among the k
    recall   = right ones among the k / right ones in all
    NDCG     = Σ 1/log2(i + 1) over the right ones / the same sum, were they all in front

(Järvelin and Kekäläinen, "Cumulated Gain-based Evaluation of IR Techniques", ACM TOIS 20(4), 2002),
averaged over the cases.

    item-to-item   one product of a later basket of 2 to 60 known ones, by chance, asks for the rest
    per person     who had bought 3 products or more asks for what they then buy for the first time

Products that were never bought before the split are unknown: nobody is asked about them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from apps.recommendations import purchase_matrix, taste
from apps.recommendations.engine import Engine
from apps.recommendations.purchase_matrix import Vector
from apps.recommendations.purchases import UNKNOWN, Purchases

SMALLEST_BASKET, LARGEST_BASKET = 2, 60
LEAST_HISTORY = 3
_DAY = 86_400

Rank = Callable[[dict[int, float]], Vector]
"""What somebody has, as weights of products → scores of all products."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A question with its right answers; products are columns."""

    weights: dict[int, float]  # of what is asked with
    known: Vector  # never an answer
    right: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """How one way of ranking did."""

    cases: int
    hit_rate: float
    recall: float
    ndcg: float


def measure(rank: Rank, cases: Iterable[Case], *, k: int) -> Measured:
    """This function will ask all cases of a ranking, for k answers each."""
    results = []
    for case in cases:
        scores = rank(case.weights)
        scores[case.known] = -np.inf
        results.append(_judge(first(scores, k), case.right, k))
    means = np.mean(results, axis=0) if results else np.zeros(3)
    hit_rate, recall, ndcg = (float(mean) for mean in means)
    return Measured(cases=len(results), hit_rate=hit_rate, recall=recall, ndcg=ndcg)


def first(scores: Vector, k: int) -> Vector:
    """This function will return the k products with the highest scores; of equal ones the first."""
    enough = min(k, len(scores))
    least = np.partition(scores, -enough)[-enough]
    found = np.flatnonzero(scores >= least)
    return found[np.lexsort((found, -scores[found]))][:enough]


def _judge(answers: Vector, right: frozenset[int], k: int) -> tuple[float, float, float]:
    discounts = 1 / np.log2(np.arange(2, k + 2))
    hits = np.array([int(answer) in right for answer in answers], dtype=bool)
    gain = discounts[: len(hits)][hits].sum()
    return float(hits.any()), hits.sum() / len(right), gain / discounts[: len(right)].sum()


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What was bought before a split, and the questions that what came after it asks."""

    training: Purchases
    products: Vector  # keys of what was bought before, ascending
    baskets: list[Case]
    people: list[Case]

    @classmethod
    def of(cls, *, training: Purchases, later: Purchases, seed: int) -> "Trial":
        """This function will draw the questions; a seed draws the same ones each time."""
        products = np.unique(np.frombuffer(training.products, dtype=np.int64))
        columns = {int(product): column for column, product in enumerate(products)}
        return cls(
            training=training,
            products=products,
            baskets=list(_basket_cases(later, columns, np.random.default_rng(seed))),
            people=list(_person_cases(training, later, columns)),
        )

    def measure_popularity(self, *, k: int) -> tuple[Measured, Measured]:
        """This function will answer every question with what is in most baskets."""
        counts = purchase_matrix.by_basket(self.training).counts
        return self._measure(lambda _: counts.copy(), k=k)

    def measure_engine(self, engine: Engine, *, most: int, k: int) -> tuple[Measured, Measured]:
        """This function will answer with what an engine learns, so many neighbours of each."""
        matrix = self._matrix(engine, most=most)
        return self._measure(
            lambda weights: np.array([*weights.values()]) @ matrix[[*weights]], k=k
        )

    def _measure(self, rank: Rank, *, k: int) -> tuple[Measured, Measured]:
        return measure(rank, self.baskets, k=k), measure(rank, self.people, k=k)

    def _matrix(self, engine: Engine, *, most: int) -> sparse.csr_matrix:
        rows: list[Vector] = [np.empty(0, dtype=int)]
        columns, scores = list(rows), [np.empty(0)]
        for one in engine.neighbours(purchases=self.training, most=most):
            others = np.searchsorted(self.products, np.frombuffer(one.others, dtype=np.int64))
            rows.append(np.full(len(others), np.searchsorted(self.products, one.product)))
            columns.append(others)
            scores.append(np.frombuffer(one.scores, dtype=np.float32).astype(float))
        cells = (np.concatenate(rows), np.concatenate(columns))
        return sparse.csr_matrix((np.concatenate(scores), cells), shape=(len(self.products),) * 2)


def _basket_cases(
    later: Purchases, columns: dict[int, int], chance: np.random.Generator
) -> Iterator[Case]:
    baskets: dict[int, set[int]] = {}
    for basket, product in zip(later.baskets, later.products, strict=True):
        if product in columns:
            baskets.setdefault(basket, set()).add(columns[product])
    for held in baskets.values():
        if SMALLEST_BASKET <= len(held) <= LARGEST_BASKET:
            asks = sorted(held)[chance.integers(len(held))]
            yield Case(weights={asks: 1.0}, known=np.array([asks]), right=frozenset(held - {asks}))


def _person_cases(training: Purchases, later: Purchases, columns: dict[int, int]) -> Iterator[Case]:
    wanted: dict[int, set[int]] = {}
    for person, product in zip(later.people, later.products, strict=True):
        if person != UNKNOWN and product in columns:
            wanted.setdefault(person, set()).add(columns[product])
    for person, history in _histories(training, columns, people=wanted.keys()).items():
        right = frozenset(wanted[person] - history.keys())
        if len(history) >= LEAST_HISTORY and right:
            known = np.array(sorted(history))
            yield Case(weights=_latest(history), known=known, right=right)


def _histories(
    training: Purchases, columns: dict[int, int], *, people: Any
) -> dict[int, dict[int, float]]:
    """Of each person, when they last bought what."""
    histories: dict[int, dict[int, float]] = {}
    entries = zip(training.people, training.products, training.moments, strict=True)
    for person, product, moment in entries:
        if person in people:
            history = histories.setdefault(person, {})
            history[columns[product]] = max(moment, history.get(columns[product], moment))
    return histories


def _latest(history: dict[int, float]) -> dict[int, float]:
    """As they are served: weights of the latest products, of which the newest counts most."""
    latest = sorted(history.items(), key=lambda bought: -bought[1])[: taste.LATEST_LINES]
    newest = latest[0][1]
    return {product: taste.weight(days=(newest - at) / _DAY) for product, at in latest}
