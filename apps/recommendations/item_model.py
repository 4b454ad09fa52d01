"""The engine that predicts each product from the others: a linear item-item model."""

from collections.abc import Iterator

import numpy as np
from django.conf import settings
from scipy import sparse
from scipy.linalg import lapack

from apps.recommendations import purchase_matrix
from apps.recommendations.engine import Neighbours
from apps.recommendations.purchase_matrix import Vector
from apps.recommendations.purchases import Purchases

_DAY = 86_400
# Columns of the dense matrix that are computed, or mirrored, at a time.
_BLOCK = 256


class ItemModel:
    """Among the most bought products EASE (Steck, "Embarrassingly Shallow Autoencoders for Sparse
    Data", WWW 2019), with all others ridge regression on one product alone.

    Rows are people; x(u, p) is 1 if u has bought p, and w(u) is 0.5 for each half-life since u's
    last purchase. G(p, q) = Σ w(u) x(u, p) x(u, q) over u. With P = (G + λI)⁻¹ over the most bought

        score(p, q) = -P(p, q) / P(q, q)            both are among the most bought
        score(p, q) = G(p, q) / (G(p, p) + λ)       one of them is not

    The second is what the first is where λ is large. P is dense, 8 bytes a cell: a setting says for
    how many products at most.
    """

    def __init__(self) -> None:
        self.penalty = float(settings.RECOMMENDATIONS_PENALTY)
        self.half_life = float(settings.RECOMMENDATIONS_HALF_LIFE_DAYS) * _DAY
        self.most_dense = int(settings.RECOMMENDATIONS_DENSE_PRODUCTS)

    def neighbours(self, *, purchases: Purchases, most: int) -> Iterator[Neighbours]:
        """This function will yield for each product those that it speaks for, or against, most."""
        matrix = purchase_matrix.by_person(purchases, half_life=self.half_life)
        products = matrix.products
        for column, others, scores in self._rows(matrix.cells, matrix.counts):
            found = purchase_matrix.best(products[column], products[others], scores, most=most)
            if found:
                yield found

    def _rows(
        self, cells: sparse.csr_matrix, counts: Vector
    ) -> Iterator[tuple[int, Vector, Vector]]:
        often = np.sort(np.argsort(-counts, kind="stable")[: self.most_dense])
        seldom = np.setdiff1d(np.arange(len(counts)), often)
        rare = cells[:, seldom]
        weights = item_weights(cells[:, often], penalty=self.penalty)
        together = purchase_matrix.parts(cells, rare, of=often)
        for row, (column, others, sums) in zip(weights, together, strict=True):
            alone = sums / (counts[column] + self.penalty)
            yield column, np.append(often, seldom[others]), np.append(row, alone)
        del weights
        for column, others, sums in purchase_matrix.parts(cells, cells, of=seldom):
            alone = sums / (counts[column] + self.penalty)
            yield column, others, np.where(others == column, 0, alone)


def item_weights(cells: sparse.csr_matrix, *, penalty: float) -> Vector:
    """This function will return -P(p, q) / P(q, q), and 0 where p is q, as a dense matrix.

    There is never more than one matrix of that size: it is inverted where it lies.
    """
    size = cells.shape[1]
    matrix = np.empty((size, size))
    if not size:
        return matrix
    rows = cells.T.tocsr()
    for block in _blocks(size):
        matrix[:, block] = (rows @ cells[:, block]).toarray()
    matrix.flat[:: size + 1] += penalty
    # What has rows in C's order has columns in Fortran's, and it is symmetric.
    _, failed = lapack.dpotrf(matrix.T, lower=1, overwrite_a=1, clean=0)
    _, failed = (None, failed) if failed else lapack.dpotri(matrix.T, lower=1, overwrite_c=1)
    if failed:
        raise ArithmeticError("the matrix of purchases has no inverse: the penalty is too small")
    for block in _blocks(size):  # the half above is written; the half below mirrors it
        matrix[block.stop :, block] = matrix[block, block.stop :].T
        corner = np.triu(matrix[block, block])
        matrix[block, block] = corner + np.triu(corner, 1).T
    matrix /= -matrix.diagonal().copy()
    np.fill_diagonal(matrix, 0)
    return matrix


def _blocks(size: int) -> Iterator[slice]:
    for start in range(0, size, _BLOCK):
        yield slice(start, min(start + _BLOCK, size))
