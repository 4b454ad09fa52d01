"""How many orders a second each way of locking stock allows, as a ratio to plain row locks.

Eight threads place one-line orders through the service, once all on one variant ("hot"), once on
two hundred ("spread"). The strategies take turns, so that a machine whose speed drifts is fair to
all; what is printed is the median of the rounds. Run it with `make bench`.
"""

import os
import random
import statistics
import threading
import time
from collections import defaultdict

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import override_settings, setup_databases, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from apps.accounts.tests.factories import UserFactory  # noqa: E402
from apps.orders import services as orders  # noqa: E402
from apps.orders.tests.factories import goods  # noqa: E402
from apps.stores.models import Store  # noqa: E402

THREADS, ORDERS, ROUNDS = 8, 25, 5
STRATEGIES = ["row", "row+redis", "optimistic"]
ADDRESS = {"full_name": "Ada", "street": "1 Main St", "city": "London", "country": "GB"}


def place_orders(store, buyer, variants) -> None:
    for _ in range(ORDERS):
        orders.place_order_from_lines(
            store=store,
            customer=buyer,
            lines=[orders.RequestedLine(variant=random.choice(variants).sku, quantity=1)],
            shipping_address=ADDRESS,
            by=buyer,
            now=timezone.now(),
        )
    connection.close()


def orders_a_second(store, buyers, variants) -> float:
    threads = [
        threading.Thread(target=place_orders, args=(store, buyer, variants)) for buyer in buyers
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return THREADS * ORDERS / (time.perf_counter() - began)


def main() -> None:
    store = Store.objects.default()
    buyers = [UserFactory(store=store) for _ in range(THREADS)]
    shelves = {
        "hot": [goods(store=store, on_hand=100_000, first_sold=timezone.now())],
        "spread": [
            goods(store=store, on_hand=100_000, first_sold=timezone.now()) for _ in range(200)
        ],
    }
    print(f"{'load':8}{'strategy':12}{'orders/s':>10}{'to row':>8}")
    for load, variants in shelves.items():
        seen = defaultdict(list)
        for _ in range(ROUNDS):
            for strategy in STRATEGIES:
                with override_settings(INVENTORY_LOCKING=strategy):
                    seen[strategy].append(orders_a_second(store, buyers, variants))
        for strategy in STRATEGIES:
            ratios = [a / b for a, b in zip(seen[strategy], seen["row"], strict=True)]
            speed, ratio = statistics.median(seen[strategy]), statistics.median(ratios)
            print(f"{load:8}{strategy:12}{speed:10.0f}{ratio:8.2f}")


if __name__ == "__main__":
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        main()
    finally:
        teardown_databases(databases, verbosity=0)
