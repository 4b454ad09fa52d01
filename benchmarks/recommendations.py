"""How well the engines foretell later purchases, on a file of invoice lines.

    python benchmarks/recommendations.py FILE [--split 2011-08-01] [--seeds 5]

FILE is a CSV (plain or gzip) with columns InvoiceNo, StockCode, Quantity, InvoiceDate, UnitPrice
and CustomerID, such as "Online Retail" of the UCI Machine Learning Repository. Goods only: codes of
five digits first, quantity and price above 0, no invoice that begins with C. Needs no database.
"""

import argparse
import csv
import gzip
import os
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

Basket = tuple[datetime, str, set[str]]


def baskets(path: Path) -> list[Basket]:
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--split", type=datetime.fromisoformat, default="2011-08-01")
    parser.add_argument("--until", type=datetime.fromisoformat, default="9999-12-31")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--most", type=int, default=100, help="neighbours kept of each product")
    options = parser.parse_args()
    django.setup()

    from apps.recommendations.engine import engine_named
    from apps.recommendations.evaluation import Trial
    from apps.recommendations.measuring import as_table, measured
    from apps.recommendations.purchases import Purchases

    sold = baskets(options.file)
    people = {name: key for key, name in enumerate(sorted({b[1] for b in sold} - {""}), 1)}
    products = {code: key for key, code in enumerate(sorted(set().union(*(b[2] for b in sold))))}
    split, until = (one.replace(tzinfo=UTC) for one in (options.split, options.until))
    training, later = Purchases(), Purchases()
    for key, (moment, person, codes) in enumerate(sold):
        if moment < until:
            (training if moment < split else later).add_basket(
                basket=key,
                products=sorted(products[code] for code in codes),
                moment=moment.timestamp(),
                person=people.get(person, 0),
            )

    for seed in range(options.seeds):
        trial = Trial.of(training=training, later=later, seed=seed)
        print(
            f"seed {seed}: {len(set(training.baskets))} baskets of {len(trial.products)} products; "
            f"{len(trial.baskets)} later baskets, {len(trial.people)} people"
        )
        print(
            *as_table(
                list(measured(trial=trial, engines=["local"], neighbours=options.most, k=10)), k=10
            ),
            sep="\n",
        )
    started = time.monotonic()
    count = sum(
        1 for _ in engine_named(name="local").neighbours(purchases=training, most=options.most)
    )
    print(f"rebuild: neighbours of {count} products in {time.monotonic() - started:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory, all of the above: {peak:.0f} MB")


if __name__ == "__main__":
    main()
