"""What a kept answer saves: requests a second, kept, to those that are rendered each time.

The whole application answers a client in its process, with all its middleware. Both ways take
turns, so that a machine whose speed drifts is fair to both; what is printed is the median of the
rounds. Run it with `make bench`.
"""

import os
import statistics
import time
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.conf import settings  # noqa: E402
from django.test.utils import override_settings, setup_databases, teardown_databases  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from apps.accounts.tests.factories import UserFactory  # noqa: E402
from apps.catalog.tests.factories import (  # noqa: E402
    CategoryFactory,
    ProductFactory,
    ProductImageFactory,
    VariantFactory,
)
from apps.orders.tests.factories import OrderFactory  # noqa: E402
from apps.stores.models import Store  # noqa: E402
from conftest import client_of  # noqa: E402

PRODUCTS, VARIANTS, ROUNDS, REQUESTS = 100, 8, 9, 60


def build(store: Store) -> dict[str, tuple[APIClient, str]]:
    shelves = CategoryFactory.create_batch(3, store=store)
    for number in range(PRODUCTS):
        product = ProductFactory(store=store, slug=f"cup-{number}", options=["Size"])
        product.categories.add(*shelves)
        for size in range(VARIANTS):
            VariantFactory(product=product, option_values=[str(size)])
        ProductImageFactory.create_batch(3, product=product)
    buyer = UserFactory(store=store)
    order = OrderFactory(customer=buyer)
    return {
        "a product": (APIClient(), "/api/v1/products/cup-7"),
        "20 products": (APIClient(), "/api/v1/products"),
        "the categories": (APIClient(), "/api/v1/categories"),
        "recommendations": (APIClient(), "/api/v1/products/cup-7/recommendations"),
        "one's own order": (client_of(buyer), f"/api/v1/orders/{order.public_id}"),
    }


def requests_a_second(client: APIClient, path: str, *, hit: str) -> float:
    client.get(path)
    began = time.perf_counter()
    for _ in range(REQUESTS):
        answer = client.get(path)
        assert (answer.status_code, answer["X-Cache-Hit"]) == (200, hit)
    return REQUESTS / (time.perf_counter() - began)


def ratio(client: APIClient, path: str) -> float:
    kept = dict.fromkeys(settings.ANSWER_SECONDS, 300)
    rounds = []
    for _ in range(ROUNDS):
        rendered = requests_a_second(client, path, hit="false")
        with override_settings(ANSWER_SECONDS=kept, ANSWER_GENERATION=str(uuid4())):
            rounds.append(requests_a_second(client, path, hit="true") / rendered)
    return statistics.median(rounds)


def main() -> None:
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with override_settings(STORE_DIRECTORY_SECONDS=3600):
            for name, (client, path) in build(Store.objects.default()).items():
                print(f"{name:20} {ratio(client, path):6.2f}")
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
