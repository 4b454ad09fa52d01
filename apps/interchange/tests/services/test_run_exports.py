"""What a worker does with exports that wait, and what is left when it dies."""

import csv
import errno
import io
import os
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError
from django.utils import timezone

from apps.events.models import OutboxEvent
from apps.interchange import services
from apps.interchange.exporting import Kind, Wanted
from apps.interchange.models import ExportJob
from apps.interchange.sealed_exports import opened
from apps.interchange.services import run_export
from apps.interchange.tests.factories import ExportJobFactory
from apps.inventory.models import StockItem
from apps.inventory.tests.factories import StockItemFactory
from apps.orders.tests.factories import OrderFactory
from tests.threads import at_once

real = pytest.mark.django_db(transaction=True)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_folder(settings, tmp_path):
    settings.EXPORTS_ROOT = tmp_path / "exports"


@pytest.fixture
def inline(monkeypatch):
    """All on one connection: what is tested has nothing to do with moments."""
    beside = nullcontext(lambda what, *them, **details: what(*them, **details))
    monkeypatch.setattr(run_export, "_beside", lambda: beside)
    monkeypatch.setattr(run_export, "one_moment", nullcontext)


def files(settings):
    root = settings.EXPORTS_ROOT
    return sorted(path.name for path in root.iterdir()) if root.exists() else []


def text_of(job):
    return b"".join(opened(job.file_name, about=job.public_id)).decode()


def wait_for(store, kind=Kind.STOCK):
    return services.request_export(store=store, wanted=Wanted(kind=kind), by=None)


@real
def test_what_waits_is_written_sealed_and_kept_for_a_day(store, settings):
    order = OrderFactory(customer__store=store, customer__email="ada@example.com")
    job = wait_for(store, Kind.ORDERS)

    assert services.run_exports() == 1

    job.refresh_from_db()
    (row,) = csv.DictReader(io.StringIO(text_of(job)))
    assert (row["order_number"], row["customer_email"]) == (order.number, "ada@example.com")
    assert (job.state, job.rows_done, job.rows_expected, job.attempts) == ("done", 1, 1, 1)
    assert job.expires_at - job.finished_at == timedelta(hours=24)
    (path,) = settings.EXPORTS_ROOT.iterdir()
    assert (path.name, path.stat().st_size) == (job.file_name, job.size_bytes)
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"ada" not in path.read_bytes()
    assert OutboxEvent.objects.get(name="export.finished").payload == {"state": "done"}
    assert services.run_exports() == 0


def while_writing(monkeypatch, act):
    """Has something done by somebody else after each piece."""
    generate, outlet_for = run_export.generate_export, run_export.outlet_for

    def pieces(**details):
        for piece in generate(**details):
            yield piece
            at_once(act)

    monkeypatch.setattr(run_export, "PULSE", 0)
    monkeypatch.setattr(run_export, "generate_export", pieces)
    monkeypatch.setattr(
        run_export, "outlet_for", lambda **details: replace(outlet_for(**details), size=1)
    )


@real
def test_all_rows_are_of_one_moment(store, monkeypatch):
    StockItemFactory.create_batch(3, variant__product__store=store)
    job = wait_for(store)
    while_writing(monkeypatch, lambda: StockItem.objects.update(on_hand=5))

    services.run_exports()

    job.refresh_from_db()
    assert [row["on_hand"] for row in csv.DictReader(io.StringIO(text_of(job)))] == [
        "10",
        "10",
        "10",
    ]
    assert set(StockItem.objects.values_list("on_hand", flat=True)) == {5}


@real
def test_progress_is_seen_while_it_is_written(store, monkeypatch):
    StockItemFactory.create_batch(3, variant__product__store=store)
    wait_for(store)
    seen = []
    columns = ("state", "rows_done", "rows_expected")
    while_writing(monkeypatch, lambda: seen.append(ExportJob.objects.values_list(*columns).get()))

    services.run_exports()

    assert seen == [("running", count, 3) for count in range(4)]


@real
def test_what_was_canceled_meanwhile_leaves_nothing(store, settings, monkeypatch):
    job = wait_for(store)
    cancel = partial(services.cancel_export, store=store, export_id=job.public_id, by=None)
    StockItemFactory.create_batch(2, variant__product__store=store)
    while_writing(monkeypatch, cancel)

    services.run_exports()

    job.refresh_from_db()
    assert (job.state, files(settings)) == ("canceled", [])


@pytest.mark.usefixtures("inline")
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "The file could not be written: No space left on device.",
        ),
        (SoftTimeLimitExceeded(), "It took too long."),
        (ValueError("ada@example.com"), "ValueError: the log has the rest."),
    ],
)
def test_what_goes_wrong_is_told_and_leaves_no_half_file(
    store, settings, monkeypatch, error, words
):
    job = wait_for(store)

    def fail(*_):
        raise error

    monkeypatch.setattr("apps.core.sealed_files.SealedWriter.finish", fail)
    services.run_exports()

    job.refresh_from_db()
    assert (job.state, job.failure, job.file_name) == ("failed", words, "")
    assert files(settings) == []


@pytest.mark.usefixtures("inline")
def test_what_a_dead_worker_held_is_taken_up_again_and_once(store):
    dead = ExportJobFactory(
        store=store,
        state="running",
        attempts=1,
        rows_done=7,
        leased_until=timezone.now() - timedelta(seconds=1),
    )
    assert services.run_exports() == 1
    dead.refresh_from_db()
    assert (dead.state, dead.attempts, dead.rows_done) == ("done", 2, 0)


def test_what_a_worker_still_holds_is_left_to_it(store):
    ExportJobFactory(
        store=store,
        state="running",
        attempts=1,
        leased_until=timezone.now() + timedelta(seconds=60),
    )
    wait_for(store)
    assert services.run_exports() == 0


@pytest.mark.usefixtures("inline")
def test_what_has_killed_two_workers_is_given_up(store):
    deadly = ExportJobFactory(
        store=store, state="running", attempts=2, leased_until=timezone.now() - timedelta(seconds=1)
    )
    after = wait_for(store)
    assert services.run_exports() == 1
    deadly.refresh_from_db()
    after.refresh_from_db()
    assert (deadly.state, deadly.failure) == ("failed", "Its worker died twice.")
    assert after.state == "done"


@pytest.mark.usefixtures("inline")
def test_who_comes_back_too_late_spoils_nothing(store, settings):
    job = ExportJobFactory(store=store, state="running", attempts=1)
    late = ExportJob.objects.get()
    ExportJob.objects.update(attempts=2)

    run_export.run_export(job=late)

    job.refresh_from_db()
    assert (job.state, job.attempts, files(settings)) == ("running", 2, [])


@pytest.mark.usefixtures("inline")
def test_a_lost_database_leaves_it_to_the_next(store, settings, monkeypatch):
    job = wait_for(store)

    def gone(**_):
        raise OperationalError

    monkeypatch.setattr(run_export, "outlet_for", gone)
    assert services.run_exports() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, files(settings)) == ("running", 1, [])


@real
@pytest.mark.race
def test_each_export_is_written_once_however_many_workers_look(store, settings, monkeypatch):
    settings.EXPORTS_AT_ONCE = 2
    for _ in range(4):
        wait_for(store)
    taken = at_once(*[services.run_exports] * 4)
    assert sum(taken) == 4
    assert set(ExportJob.objects.values_list("state", "attempts")) == {("done", 1)}
    assert len(files(settings)) == 4


# --- when its day is over ------------------------------------------------------------------------
@real
def test_files_are_swept_after_a_day_and_what_nobody_knows_too(store, settings):
    now = timezone.now()
    over = ExportJobFactory(store=store, expires_at=now - timedelta(seconds=1))
    fresh = ExportJobFactory(store=store)
    old = ExportJobFactory(store=store, state="failed", finished_at=now - timedelta(days=8))
    recent = ExportJobFactory(store=store, state="failed", finished_at=now - timedelta(days=6))
    for name, hours in [("left-behind.part", 2), ("just-begun.part", 0)]:
        stray = settings.EXPORTS_ROOT / name
        stray.touch()
        written = (now - timedelta(hours=hours)).timestamp()
        os.utime(stray, (written, written))

    assert services.sweep_exports(now=now) == 2

    assert set(ExportJob.objects.values_list("pk", flat=True)) == {fresh.pk, recent.pk}
    assert files(settings) == sorted([fresh.file_name, "just-begun.part"])
    assert OutboxEvent.objects.filter(name="export.removed").count() == 2
    assert over.pk != old.pk
