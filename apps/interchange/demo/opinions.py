"""What the buyers of the demo shop think of its goods."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

REVIEWS = Path(__file__).with_name("reviews.csv")


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What somebody says of a product; who does is found among its buyers."""

    rating: Decimal
    title: str
    body: str


def read_opinions() -> dict[str, list[Opinion]]:
    """This function will return what is to be said of each product, by its slug."""
    said: dict[str, list[Opinion]] = defaultdict(list)
    with REVIEWS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, strict=True):
            opinion = Opinion(rating=Decimal(row["rating"]), title=row["title"], body=row["body"])
            said[row["product"]].append(opinion)
    return said
