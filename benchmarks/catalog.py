"""How long shoppers wait for a catalogue of 100,000 products, as a ratio to its SQL sent bare.

Each question is asked of the API, without the cache, in this process; the statements that it made
are sent again through psycopg alone, and all rows are fetched, in turns with the API. What is
printed is the 95th percentile of each, their ratio, and the number of statements. The store is
filled by `seed_catalog` first. Run it with `make bench`; PRODUCTS=10000 is quicker.
"""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import (  # noqa: E402
    CaptureQueriesContext,
    override_settings,
    setup_databases,
    teardown_databases,
)

from apps.catalog.models import Product  # noqa: E402

PRODUCTS = int(os.environ.get("PRODUCTS", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "60"))
LIST, SUGGEST = "/api/v1/products", "/api/v1/products/suggest"
QUESTIONS = {
    "first page": (LIST, {}),
    "page 50": (LIST, {"page": 50}),
    "a category": (LIST, {"category": "kitchen"}),
    "by price": (LIST, {"ordering": "price"}),
    "price range": (LIST, {"price_min": "20", "price_max": "40", "in_stock": "true"}),
    "an option": (LIST, {"option.Size": "M"}),
    "common word": (LIST, {"search": "leather"}),
    "rare words": (LIST, {"search": "alpine walnut dominoes"}),
    "misspelled": (LIST, {"search": "dominos walnutt"}),
    "facets of all": (LIST, {"facets": "true"}),
    "facets of a word": (LIST, {"search": "leather", "facets": "true"}),
    "suggestions": (SUGGEST, {"q": "alp"}),
}


@dataclass(frozen=True)
class Seen:
    statements: int
    api: float
    bare: float


def p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def seconds_of(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def ask(path: str, parameters: dict[str, object], client: Client | None = None) -> Seen:
    client = client or Client()

    def call() -> None:
        response = client.get(path, parameters)
        assert response.status_code == 200, response.content

    with CaptureQueriesContext(connection) as captured:
        call()
    statements = [query["sql"] for query in captured]

    def send() -> None:
        with connection.connection.cursor() as cursor:  # psycopg's own
            for statement in statements:
                cursor.execute(statement)
                if cursor.description:
                    cursor.fetchall()

    rounds = [(seconds_of(call), seconds_of(send)) for _ in range(ROUNDS)]
    api, bare = zip(*rounds, strict=True)
    return Seen(len(statements), p95(api), p95(bare))


def main() -> None:
    call_command("seed_catalog", products=PRODUCTS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum would have done
    slug = Product.objects.published().order_by("-popularity").values_list("slug", flat=True)[0]
    questions = {"detail": (f"{LIST}/{slug}", {}), **QUESTIONS}
    print(f"{'question':20}{'statements':>11}{'API p95 ms':>12}{'SQL p95 ms':>12}{'ratio':>7}")
    for name, (path, parameters) in questions.items():
        seen = ask(path, parameters)
        api, bare = seen.api * 1000, seen.bare * 1000
        print(f"{name:20}{seen.statements:11}{api:12.1f}{bare:12.1f}{api / bare:7.2f}", flush=True)


if __name__ == "__main__":
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        # As in a process that has served a request before: it knows the stores by their hosts.
        with override_settings(STORE_DIRECTORY_SECONDS=3600):
            main()
    finally:
        teardown_databases(databases, verbosity=0)
