"""How many events a second are recorded, and how many records a second are verified.

Each has an address to encrypt, and a payload as long as those of orders. Run it with `make bench`.
"""

import os
import resource
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.db import transaction  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from apps.audit import services as audit  # noqa: E402
from apps.core.client_address import bound_client_address  # noqa: E402
from apps.events import services as events  # noqa: E402
from apps.events.tests.factories import lamp_lit  # noqa: E402
from apps.stores.models import Store  # noqa: E402

EVENTS = 20_000


def main() -> None:
    store = Store.objects.default()
    with bound_client_address("203.0.113.7"):
        for _ in range(EVENTS // 1000):
            with transaction.atomic():
                lit = [lamp_lit(number=n, changes={"state": ["x" * 100, n]}) for n in range(1000)]
                events.publish(*lit, store=store)
    began = time.perf_counter()
    told("recorded", began, sum(iter(audit.record_events, 0)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    assert list(audit.verify_audit()) == []
    told("verified", began, EVENTS)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{'':10}{(after - before) / 1024:8.1f} MB more at the highest")


def told(what: str, began: float, count: int) -> None:
    print(f"{what:10}{count / (time.perf_counter() - began):8.0f}/s")


if __name__ == "__main__":
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        main()
    finally:
        teardown_databases(databases, verbosity=0)
