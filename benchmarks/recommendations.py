"""What a rebuild of the neighbours costs; and how well they foretell, on a file of invoice lines.

    python benchmarks/recommendations.py [FILE] [--split 2011-08-01] [--seeds 5]

Without FILE: 15,000 made-up baskets of 3,700 products. FILE is a CSV (plain or gzip) with columns
InvoiceNo, StockCode, Quantity, InvoiceDate, UnitPrice and CustomerID, as "Online Retail" of the
UCI Machine Learning Repository. Goods only: codes of five digits first, quantity and price above 0,
no invoice that begins with C. It needs no database of yours.
"""

import argparse
import csv
import gzip
import os
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.conf import settings  # noqa: E402

from apps.recommendations.engine import engine_named  # noqa: E402
from apps.recommendations.evaluation import Trial  # noqa: E402
from apps.recommendations.measuring import as_table, measured  # noqa: E402
from apps.recommendations.purchases import Purchases  # noqa: E402

Basket = tuple[datetime, str, set[str]]


def baskets(path: Path) -> list[Basket]:
    """When, who and what, of each invoice."""
    found: dict[str, Basket] = {}
    for row in _rows(path):
        if (
            row["StockCode"][:5].isdigit()
            and len(row["StockCode"]) >= 5
            and not row["InvoiceNo"].startswith("C")
            and int(row["Quantity"]) > 0
            and float(row["UnitPrice"]) > 0
        ):
            moment = datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=UTC)
            basket = found.setdefault(row["InvoiceNo"], (moment, row["CustomerID"], set()))
            basket[2].add(row["StockCode"])
    return list(found.values())


def _rows(path: Path) -> Iterator[dict[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def purchases(sold: list[Basket], *, split: datetime) -> tuple[Purchases, Purchases]:
    """What was bought before and after."""
    people = {name: key for key, name in enumerate(sorted({b[1] for b in sold} - {""}), 1)}
    products = {code: key for key, code in enumerate(sorted(set().union(*(b[2] for b in sold))))}
    before, after = Purchases(), Purchases()
    for key, (moment, person, codes) in enumerate(sold):
        (before if moment < split else after).add_basket(
            basket=key,
            products=sorted(products[code] for code in codes),
            moment=moment.timestamp(),
            person=people.get(person, 0),
        )
    return before, after


def made_up() -> Purchases:
    """15,000 baskets, of 25 products or so: Zipf's law says which."""
    chance = np.random.default_rng(1)
    shares = 1 / np.arange(1, 3_701) ** 0.8
    upto = np.cumsum(shares / shares.sum())
    found = Purchases()
    for key in range(15_000):
        drawn = np.unique(np.searchsorted(upto, chance.random(1 + chance.poisson(25))))
        person = int(chance.integers(1, 4_000))
        found.add_basket(basket=key, products=drawn.tolist(), moment=60.0 * key, person=person)
    return found


def rebuild(training: Purchases) -> None:
    """Prints what finding all neighbours costs."""
    started = time.monotonic()
    most = settings.RECOMMENDATIONS_NEIGHBOURS
    found = list(engine_named(name="local").neighbours(purchases=training, most=most))
    seconds = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(set(training.baskets)):,} baskets, {len(training):,} lines: neighbours of "
        f"{len(found):,} products in {seconds:.1f} s, the process {peak:.0f} MB at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--split", type=datetime.fromisoformat, default="2011-08-01")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    if options.file is None:
        rebuild(made_up())
        return
    training, later = purchases(baskets(options.file), split=options.split.replace(tzinfo=UTC))
    rebuild(training)
    for seed in range(options.seeds):
        trial = Trial.of(training=training, later=later, seed=seed)
        most = settings.RECOMMENDATIONS_NEIGHBOURS
        results = list(measured(trial=trial, engines=["local"], neighbours=most, k=10))
        print(f"seed {seed}: {len(trial.products)} products; {len(trial.baskets)} later baskets,")
        print(f"{len(trial.people)} people", *as_table(results, k=10), sep="\n")


if __name__ == "__main__":
    main()
