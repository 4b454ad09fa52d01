"""Which word somebody meant: arithmetic on letters."""

from collections.abc import Sequence


def distance(one: str, other: str) -> int:
    """This function will count the letters to add, drop, change or swap with a neighbour.

    Optimal string alignment: Damerau, "A technique for computer detection and correction of
    spelling errors", Communications of the ACM 7(3), 1964.
    """
    older: list[int] = []
    above: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, above, row = above, row, [i]
        for j, wanted in enumerate(other, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != wanted)))
            if i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], wanted):
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]


def meant(word: str, known: Sequence[tuple[str, int]]) -> str | None:
    """This function will return the known word (with its number of uses) nearest to a wrong one.

    One letter in four may be wrong, one at least; of equally near words the commoner is meant.
    """
    allowed = max(1, len(word) // 4)
    near = [(distance(word, one), -uses, one) for one, uses in known if one != word]
    best = min(near, default=None)
    return best[2] if best is not None and best[0] <= allowed else None
