"""The engine that counts what is bought together."""

from collections.abc import Iterator

import numpy as np

from apps.recommendations import purchase_matrix
from apps.recommendations.engine import Neighbours
from apps.recommendations.purchases import Purchases


class CoOccurrence:
    """score(p, q) = the number of baskets that held both (Linden, Smith and York, "Amazon.com
    Recommendations", IEEE Internet Computing 7(1), 2003)."""

    def neighbours(self, *, purchases: Purchases, most: int) -> Iterator[Neighbours]:
        """This function will yield for each product what was in most baskets with it."""
        matrix = purchase_matrix.by_basket(purchases)
        cells, products = matrix.cells, matrix.products
        everything = np.arange(len(products))
        for column, others, counts in purchase_matrix.parts(cells, cells, of=everything):
            scores = np.where(others == column, 0, counts)
            found = purchase_matrix.best(products[column], products[others], scores, most=most)
            if found:
                yield found
