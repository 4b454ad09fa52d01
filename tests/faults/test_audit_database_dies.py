"""The audit database is killed while people order: they do not notice, and nothing is missing."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from apps.audit import services as audit
from apps.audit.errors import AuditDatabaseAway
from apps.audit.models import AuditHead, AuditRecord
from apps.events import services as events
from apps.events.models import FeedReader, OutboxEvent
from apps.orders.models import Order
from apps.stores.models import Store
from config.embedded.client import join
from config.embedded.state import read_state
from tests.serving import database_url, served
from tests.shop import Buyer, Shop, tally

pytestmark = [
    pytest.mark.fault,
    pytest.mark.thorough,
    pytest.mark.django_db(transaction=True, databases=["default", "audit"]),
]


class Elsewhere:
    """A PostgreSQL for the record alone, that may be killed."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.start()

    def start(self) -> None:
        endpoint = join("postgres", home=self.home, durable=True)
        connections["audit"].close()  # it does not know that it is broken
        self.endpoint = endpoint | {"NAME": "tradepost_audit"}

    def kill(self) -> None:
        """Its keeper first, for that one would start it anew."""
        state = read_state(self.home)
        assert state is not None
        postmaster = int((self.home / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(state.keeper, signal.SIGKILL)
        os.kill(postmaster, signal.SIGKILL)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    server = Elsewhere(tmp_path / "record")
    # Threads connect by the settings of the connection, this one by its own.
    connections["audit"].close()
    for settings in (connections["audit"].settings_dict, connections.settings["audit"]):
        for name, value in server.endpoint.items():
            monkeypatch.setitem(settings, name, value)
    call_command("migrate", database="audit", verbosity=0)
    yield server
    connections["audit"].close()


@contextmanager
def auditors(seen: list[str]) -> Iterator[None]:
    """Two that look all the time, as beat's tasks do every few seconds."""
    stopped = threading.Event()

    def look() -> None:
        while not stopped.wait(0.1):
            try:
                if audit.record_events():
                    seen.append("recorded")
            except AuditDatabaseAway:
                seen.append("away")
        connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        looking = [threads.submit(look) for _ in range(2)]
        try:
            yield
        finally:
            stopped.set()
    for one in looking:
        one.result()


def test_500_orders_while_it_is_down_are_all_recorded_afterwards(
    elsewhere: Elsewhere, store: Store, promises_kept: Callable[[], None]
) -> None:
    seen: list[str] = []
    with served(AUDIT_DATABASE_URL=database_url("audit")) as url, auditors(seen):
        shop = Shop(store, url)
        buyers, goods = shop.buyers(100), shop.goods(stock=10_000)

        def order(buyer: Buyer) -> object:
            return buyer.order((goods, 1))

        def ordered(count: int) -> float:
            began = time.monotonic()
            with ThreadPoolExecutor(8) as threads:
                answers = list(threads.map(order, islice(cycle(buyers), count)))
            assert tally(answers) == {201: count}
            return (time.monotonic() - began) / count

        before = ordered(20)
        wait_until(AuditRecord.objects.exists)
        elsewhere.kill()
        wait_until(lambda: "away" in seen)
        down = ordered(500)
        assert seen[-1] == "away"

        elsewhere.start()
        after = ordered(20)
        wait_until(all_is_recorded)
    print(f"An order took {before:.3f} s, while it was down {down:.3f} s, after {after:.3f} s")

    assert Order.objects.count() == 540
    placed = OutboxEvent.objects.filter(name="order.placed").values_list("public_id", flat=True)
    assert AuditRecord.objects.filter(event_id__in=list(placed)).count() == 540
    assert AuditRecord.objects.count() == OutboxEvent.objects.count()
    assert AuditHead.current().sequence == AuditRecord.objects.count()
    assert list(audit.verify_audit()) == []
    promises_kept()


def all_is_recorded() -> bool:
    while events.number_events():
        pass
    last = OutboxEvent.objects.order_by("position").values_list("position", flat=True).last()
    return FeedReader.objects.get(name="auditor").position == last


def wait_until(happened: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.1)
