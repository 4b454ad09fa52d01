"""Purchases as a sparse matrix, and its products with itself in parts that fit into memory."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from apps.recommendations.engine import Neighbours
from apps.recommendations.purchases import UNKNOWN, Purchases

# Who has more than that has bought for others; the latest of them tell enough.
MOST_IN_ROW = 2_000
# Entries of one part of a product of matrices: 12 bytes each, and as much again to sort them.
_MOST_ENTRIES = 4_000_000

Vector = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, kw_only=True)
class PurchaseMatrix:
    """Rows are baskets or people, columns are products; a cell is 1, or the row's own weight."""

    products: Vector  # keys, ascending: what each column stands for
    cells: sparse.csr_matrix

    @property
    def counts(self) -> Vector:
        """Of each product, the sum over its column of squares: the diagonal of the Gram matrix."""
        return np.asarray(self.cells.multiply(self.cells).sum(axis=0)).ravel()


def by_basket(purchases: Purchases) -> PurchaseMatrix:
    """This function will make a row of each basket."""
    return _matrix(purchases, rows=_column(purchases.baskets))


def by_person(purchases: Purchases, *, half_life: float) -> PurchaseMatrix:
    """This function will make a row of all that somebody bought; of people whom we would not know
    again, of each basket.

    A row counts half as much for each half-life, in seconds, that its last purchase lies before the
    last of all: the cells hold the root of that weight.
    """
    people, baskets = _column(purchases.people), _column(purchases.baskets)
    # Two kinds of keys in one column: even ones are people, odd ones baskets.
    rows = np.where(people == UNKNOWN, baskets * 2 + 1, people * 2)
    return _matrix(purchases, rows=rows, half_life=half_life)


def parts(
    left: sparse.csr_matrix, right: sparse.csr_matrix, *, of: Vector
) -> Iterator[tuple[int, Vector, Vector]]:
    """This function will yield, for some columns of `left`, which columns of `right` they meet in a
    row, and their inner products with them.

    It multiplies as many at a time as have few enough entries, whatever the data.
    """
    if not len(of):
        return
    columns = left.T.tocsr()
    # No more entries than are met in all rows together, and never more than there are columns.
    met = columns.astype(bool).astype(np.int64) @ np.diff(right.indptr).astype(np.int64)
    entries = np.cumsum(np.minimum(met, right.shape[1])[of])
    part = entries // _MOST_ENTRIES
    for some in np.split(of, np.flatnonzero(np.diff(part)) + 1):
        product = (columns[some] @ right).tocsr()
        for place, column in enumerate(some):
            cells = slice(product.indptr[place], product.indptr[place + 1])
            yield int(column), product.indices[cells], product.data[cells]


def best(product: int, others: Vector, scores: Vector, *, most: int) -> Neighbours | None:
    """This function will keep the strongest others, by the size of their scores, best first."""
    scores = scores.astype(np.float32)
    found = np.flatnonzero(scores)
    if len(found) > most:
        strength = np.abs(scores[found])
        found = found[np.argpartition(-strength, most - 1)[:most]]
    if not len(found):
        return None
    found = found[np.lexsort((others[found], -scores[found]))]
    return Neighbours(
        product=int(product),
        others=array("q", others[found].astype(np.int64).tobytes()),
        scores=array("f", scores[found].tobytes()),
    )


def _matrix(purchases: Purchases, *, rows: Vector, half_life: float = np.inf) -> PurchaseMatrix:
    moments = _column(purchases.moments)
    _, row = np.unique(rows, return_inverse=True)
    products, column = np.unique(_column(purchases.products), return_inverse=True)
    order = np.lexsort((column, -moments, row))
    row, column, moments = row[order], column[order], moments[order]
    first = np.flatnonzero(np.diff(row, prepend=-1))
    kept = np.arange(len(row)) - first[row] < MOST_IN_ROW
    weights = 0.5 ** ((moments.max(initial=0) - moments[first]) / half_life)
    shape = (len(first), len(products))
    cells = sparse.csr_matrix((np.ones(kept.sum()), (row[kept], column[kept])), shape=shape)
    cells.data = np.repeat(np.sqrt(weights), np.diff(cells.indptr))  # once, however often bought
    return PurchaseMatrix(products=products, cells=cells)


def _column(values: Any) -> Vector:
    return np.frombuffer(values, dtype=np.dtype(values.typecode)) if values else np.empty(0, int)
