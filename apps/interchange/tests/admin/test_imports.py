"""Importing on the staff site: a file is sent, looked through, imported and undone."""

import gzip
import io
import json
from importlib import import_module

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.catalog.models import Product, Variant
from apps.catalog.tests.factories import VariantFactory
from apps.events.models import OutboxEvent
from apps.interchange import job_pulse, services
from apps.interchange.models import ImportBatch, ImportJob
from apps.interchange.tests.factories import ImportJobFactory, native_csv, native_row
from apps.inventory.models import StockItem
from apps.inventory.tests.factories import StockItemFactory
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/interchange/importjob/upload/"
RUNNER = import_module("apps.interchange.services.run_import")
JOBS = import_module("apps.interchange.services.run_import_job")
LIST = "/admin/interchange/importjob/"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path, monkeypatch):
    settings.EXPORTS_ROOT = tmp_path / "sealed"
    settings.STORE_DIRECTORY_SECONDS = 3600
    monkeypatch.setattr(job_pulse, "PULSE", 0)


@pytest.fixture
def folder(settings):
    return lambda: sorted(settings.EXPORTS_ROOT.iterdir()) if settings.EXPORTS_ROOT.exists() else []


@pytest.fixture
def work(monkeypatch, django_capture_on_commit_callbacks):
    """What a worker does, in the transaction of the test."""
    run = services.run_imports.__wrapped__

    def work():
        with django_capture_on_commit_callbacks(execute=True):
            return run()

    return work


def browser_of(store, *roles):
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, roles=list(roles)))
    browser.get("/admin/")
    return browser


@pytest.fixture
def manager(store):
    return browser_of(store, "manager")


def send(browser, content, *, what="products/native", name="goods.csv", follow=True, **more):
    form = {"what": what, "encoding": "utf-8-sig", "file": SimpleUploadedFile(name, content)}
    return browser.post(UPLOAD, form | more, follow=follow)


def page(job, act="change"):
    return f"/admin/interchange/importjob/{job.pk}/{act}/"


def body(response):
    return b"".join(response.streaming_content).decode("utf-8-sig")


@pytest.fixture
def cup_and_file(store):
    cup = VariantFactory(product__store=store, sku="CUP", price_amount="10.00").product
    slug = cup.slug
    return native_csv(
        native_row(product_slug=slug, product_title=cup.title, sku="CUP", price="12.50"),
        native_row(stock="7"),
        native_row(product_slug="fern", product_title="Fern", sku="F1", price="12,50"),
    )


@pytest.fixture
def checked(manager, work, cup_and_file):
    send(manager, cup_and_file)
    work()
    return ImportJob.objects.get()


def test_a_file_is_sealed_as_it_comes_in(manager, folder, cup_and_file):
    shown = send(manager, cup_and_file)
    job = ImportJob.objects.get()
    assert shown.redirect_chain[-1][0] == page(job)
    assert "It waits to be looked through." in shown.content.decode()
    assert (job.title, job.task, job.state, job.size_bytes) == (
        "goods.csv",
        "check",
        "queued",
        len(cup_and_file),
    )
    (file,) = folder()
    assert b"trug" not in file.read_bytes()


def test_a_dry_run_tells_what_would_become_of_it_and_changes_nothing(manager, checked):
    job = checked
    assert Product.objects.count() == 1
    assert manager.get(page(job, "progress")).json() == {
        "words": "It was looked through. Nothing is changed yet.",
        "percent": 100,
        "is_over": True,
    }
    with at_most(20):
        found = manager.get(page(job)).content.decode()
    for text in ("CUP: price 10.00 EUR → 12.50 EUR", "Opening stock received", "2.50 EUR"):
        assert text in found, text
    assert "is not a decimal number such as 1234.50" in found
    assert [job.created, job.changed, job.unchanged, job.refused] == [1, 1, 0, 1]
    assert job.deltas == {
        "prices_raised": "1",
        "raised_by": "2.5000",
        "new_variants": "1",
        "opening_stock": "7",
    }
    refused = body(manager.get(page(job, "refused")))
    header, row = refused.splitlines()
    assert header.endswith(",reason")
    assert row.startswith("fern,Fern,")
    assert OutboxEvent.objects.filter(name="import.refused_downloaded").count() == 1


def test_what_was_looked_through_is_imported_once_and_undone(manager, work, folder, checked):
    job = checked
    refused = body(manager.get(page(job, "refused")))
    manager.post(page(job, "apply"))
    again = manager.post(page(job, "apply"), follow=True)
    assert "Somebody has asked for that already." in again.content.decode()
    assert work() == 1
    job.refresh_from_db()
    batch = ImportBatch.objects.get()
    assert (job.task, job.state, job.batch, job.file_name, folder()) == (
        "apply",
        "done",
        batch,
        "",
        [],
    )
    assert Variant.objects.get(sku="CUP").price_amount == 12.5
    assert StockItem.objects.get(variant__sku="A1").on_hand == 7
    assert body(manager.get(f"/admin/interchange/importbatch/{batch.pk}/refused/")) == refused


@pytest.fixture
def imported(manager, work, checked):
    manager.post(page(checked, "apply"))
    work()
    return checked


def test_each_step_is_on_record_with_who_asked_for_it(manager, work, imported):
    job = imported
    manager.get(page(job, "refused"))
    batch = ImportBatch.objects.get()
    body(manager.get(f"/admin/interchange/importbatch/{batch.pk}/refused/"))
    manager.post(page(job, "revert"))
    assert work() == 1
    job.refresh_from_db()
    assert (job.task, job.state, job.reverted, job.left) == ("revert", "done", 2, 0)
    assert Variant.objects.get(sku="CUP").price_amount == 10
    assert not Product.objects.filter(slug="trug").exists()
    assert "2 reverted, 0 left" in manager.get(page(job)).content.decode()

    told = OutboxEvent.objects.filter(aggregate_type="import_job").order_by("pk")
    assert [(one.name, one.payload.get("task")) for one in told] == [
        ("import.requested", "check"),
        ("import.finished", "check"),
        ("import.requested", "apply"),
        ("import.finished", "apply"),
        ("import.requested", "revert"),
        ("import.finished", "revert"),
    ]
    asked = f"user:{UserFactory._meta.model.objects.get(is_staff=True).public_id}"
    assert OutboxEvent.objects.get(name="data.imported").actor == asked
    assert batch.actor == asked
    assert OutboxEvent.objects.filter(name="import.refused_downloaded", actor=asked).count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x00\x01\x02" * 50, "It is binary, not text."),
        (b"sku,\xff\n" + b"a,\xe9\n" * 3, "It is not utf-8"),
        (b"colour,shape\nred,round\n", "on_hand"),
        (b"sku,on_hand\nA,1\n" + b'B,"' + b"x" * 1_200_000, "Line 3 ends a record of more than"),
        (gzip.compress(b"sku,on_hand\n" + b"\n" * 80_000_000), "blank"),
        (gzip.compress(b"sku,on_hand\nA,1\n" * 500)[:40], "damaged"),
    ],
    ids=["binary", "encoding", "columns", "endless", "bomb", "half"],
)
def test_a_file_that_is_none_is_told_and_changes_nothing(store, manager, work, content, words):
    send(manager, content, what="stock/native")
    work()
    job = ImportJob.objects.get()
    assert (job.task, job.state) == ("check", "failed")
    assert words in job.failure
    assert job.failure in manager.get(page(job)).context["job"].failure
    refused = manager.post(page(job, "apply"), follow=True).content.decode()
    assert "Its dry run did not end well" in refused
    assert not ImportBatch.objects.exists()


def test_what_is_not_taken_leaves_nothing_on_the_disk(store, manager, folder, settings):
    settings.IMPORT_MAX_BYTES = 1000
    for answer, words in [
        (send(manager, b""), "empty"),
        (send(manager, b"x" * 1001), "It has more than"),
        (send(manager, b"x" * 90_000), "The file has more than"),
        (send(manager, b"x", what="products/xml"), "Select a valid choice"),
        (send(manager, b"x", what="\x00", encoding="zip"), "Select a valid choice"),
        (manager.post(UPLOAD, {"what": "stock/native"}), "This field is required"),
    ]:
        assert answer.status_code == 200
        assert words in answer.content.decode()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = manager.cookies
    assert send(strict, b"sku,on_hand\nA,1\n", what="stock/native").status_code == 403
    assert (ImportJob.objects.count(), folder()) == (0, [])

    settings.IMPORTS_PER_STORE = 1
    send(manager, b"sku,on_hand\n", what="stock/native")
    assert "At most 1." in send(manager, b"sku,on_hand\n", what="stock/native").content.decode()
    assert (ImportJob.objects.count(), len(folder())) == (1, 1)


def test_each_kind_takes_all_its_scopes_and_other_stores_have_none(store, manager):
    offers = {
        "admin": {"products", "stock", "orders", "customers"},
        "manager": {"products", "stock", "orders", "customers"},
        "support": {"customers"},
        "warehouse": {"stock"},
    }
    for role, kinds in offers.items():
        form = browser_of(store, role).get(UPLOAD).context["form"]
        assert {name.partition("/")[0] for name, _ in form.fields["what"].choices} == kinds
    for role in ("finance", "read_only"):
        reader = browser_of(store, role)
        assert reader.get(UPLOAD).status_code == 403
        assert send(reader, b"sku,on_hand\n", what="stock/native").status_code == 403

    theirs = ImportJobFactory(store=StoreFactory())
    ours = ImportJobFactory(store=store)
    for browser, job in [(manager, theirs), (browser_of(store, "support"), ours)]:
        assert browser.get(page(job, "progress")).status_code == 404
        for act in ("apply", "revert", "cancel"):
            assert browser.post(page(job, act)).status_code == 404
        assert browser.get(page(job)).status_code == 302
    assert browser_of(store, "finance").post(page(ours, "cancel")).status_code == 403
    assert manager.get(page(ours, "apply")).status_code == 405
    assert set(ImportJob.objects.values_list("state", flat=True)) == {"queued"}
    forged = send(browser_of(store, "support"), b"sku,on_hand\n", what="stock/native")
    assert "Select a valid choice" in forged.content.decode()


def count_of(rows):
    return b"sku,on_hand\n" + b"".join(b"S%d,3\n" % number for number in range(rows))


@pytest.fixture
def shelves(store):
    """More of them than are written at once."""
    for number in range(5):
        StockItemFactory(variant__product__store=store, variant__sku=f"S{number}", on_hand=1)


@pytest.fixture
def applied(manager, work, monkeypatch, shelves):
    from apps.interchange import source

    monkeypatch.setattr(source, "STEP", 2)
    send(manager, count_of(5), what="stock/native", name="counted.csv")
    work()
    job = ImportJob.objects.get()
    manager.post(page(job, "apply"))
    return job


class Killed(BaseException):
    """What stands for a power cut."""


def test_an_import_whose_worker_was_killed_goes_on_where_it_was(applied, work, monkeypatch):
    write, steps = RUNNER.write_records, []

    def dies(**details):
        if len(steps) == 1:
            raise Killed
        steps.append(1)
        return write(**details)

    monkeypatch.setattr(RUNNER, "write_records", dies)
    with pytest.raises(Killed):
        work()
    applied.refresh_from_db()
    assert (applied.state, applied.done) == ("running", 2)
    assert applied.batch == ImportBatch.objects.get(position=2)
    assert work() == 0  # its lease has not lapsed

    monkeypatch.undo()
    ImportJob.objects.update(leased_until=timezone.now())
    assert work() == 1
    applied.refresh_from_db()
    assert (applied.state, applied.deaths, applied.done) == ("done", 1, 5)
    assert ImportBatch.objects.get().changed == 5
    assert set(StockItem.objects.values_list("on_hand", flat=True)) == {3}


def test_what_has_lost_three_workers_is_given_up(applied, work):
    for _ in range(3):
        ImportJob.objects.update(state="running", leased_until=timezone.now())
        ImportJob.objects.update(deaths=2)
    assert work() == 0
    applied.refresh_from_db()
    assert (applied.state, applied.failure) == ("failed", "Its worker died 3 times.")
    assert applied.can_be_applied


def test_a_second_import_waits_for_the_first_and_says_so(applied, work, store, monkeypatch):
    from apps.interchange.errors import ImportUnderWay

    def busy(*, job, pulse):
        raise ImportUnderWay

    monkeypatch.setitem(JOBS._TASKS, "apply", busy)
    assert work() == 1
    applied.refresh_from_db()
    assert applied.state == "queued"
    assert applied.remark == "Waits: another import into this store is under way."
    assert applied.leased_until > timezone.now()


def test_what_is_canceled_meanwhile_stops_with_its_step(
    applied, work, manager, monkeypatch, folder
):
    write = RUNNER.write_records

    def canceled_then(**details):
        done = write(**details)
        services.cancel_import(
            store=applied.store, job_id=applied.public_id, by=None, now=timezone.now()
        )
        return done

    monkeypatch.setattr(RUNNER, "write_records", canceled_then)
    work()
    applied.refresh_from_db()
    assert (applied.state, applied.samples, folder()) == ("canceled", None, [])
    assert sorted(StockItem.objects.values_list("on_hand", flat=True)) == [1, 1, 1, 3, 3]

    manager.post(page(applied, "revert"))
    work()
    assert set(StockItem.objects.values_list("on_hand", flat=True)) == {1}


def test_a_long_import_goes_on_in_the_next_run(applied, work, monkeypatch):
    from celery.exceptions import SoftTimeLimitExceeded

    write, steps = RUNNER.write_records, []

    def slow(**details):
        if len(steps) == 1:
            raise SoftTimeLimitExceeded
        steps.append(1)
        return write(**details)

    monkeypatch.setattr(RUNNER, "write_records", slow)
    work()
    applied.refresh_from_db()
    assert (applied.state, applied.deaths) == ("queued", 0)
    monkeypatch.undo()
    work()
    applied.refresh_from_db()
    assert (applied.state, ImportBatch.objects.get().changed) == ("done", 5)


def test_it_is_told_when_the_import_differs_from_its_dry_run(applied, work, manager):
    StockItem.objects.filter(variant__sku="S0").update(on_hand=3)
    work()
    shown = manager.get(page(applied)).content.decode()
    assert "The import differs from its dry run" in shown


def test_a_file_that_nobody_imports_is_gone_after_a_day(
    manager, work, folder, django_capture_on_commit_callbacks
):
    send(manager, b"sku,on_hand\nNOBODY,1\n", what="stock/native")
    work()
    assert len(folder()) == 2
    services.sweep_exports(now=timezone.now() + timezone.timedelta(hours=2))
    assert len(folder()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        services.sweep_imports(now=timezone.now() + timezone.timedelta(hours=25))
    job = ImportJob.objects.get()
    assert (job.state, job.samples, folder()) == ("canceled", None, [])
    services.sweep_imports(now=timezone.now() + timezone.timedelta(days=32))
    assert not ImportJob.objects.exists()


def test_an_import_by_a_command_is_undone_on_its_page(store, manager, work, shelves, tmp_path):
    from django.core.management import call_command

    file = tmp_path / "counted.csv"
    file.write_bytes(count_of(2))
    call_command("import_stock", str(file), stdout=io.StringIO(), stderr=io.StringIO())
    batch = ImportBatch.objects.get()
    StockItem.objects.filter(variant__sku="S1").update(version=9)
    place = f"/admin/interchange/importbatch/{batch.pk}/"
    assert f"{place}revert/" in manager.get(f"{place}change/").content.decode()
    assert browser_of(store, "finance").get(f"{place}revert/").status_code == 403
    assert browser_of(store, "finance").post(f"{place}revert/").status_code == 403

    manager.get(f"{place}revert/")
    manager.post(f"{place}revert/")
    manager.post(f"{place}revert/")
    assert work() == 1

    job = ImportJob.objects.get()
    assert (job.batch, job.reverted, job.left) == (batch, 1, 1)
    assert StockItem.objects.get(variant__sku="S0").on_hand == 1
    assert "left" in manager.get(page(job)).content.decode()


def test_lines_of_json_come_back_as_they_were(manager, work):
    line = {"product_slug": "trug", "product_title": "Trug", "variants": [{"sku": "A"}]}
    send(manager, gzip.compress(json.dumps(line).encode() + b"\n"), name="goods.jsonl.gz")
    work()
    answer = manager.get(page(ImportJob.objects.get(), "refused"))
    assert "goods.refused.jsonl" in answer["Content-Disposition"]
    refused = json.loads(body(answer))
    assert "price" in refused.pop("reason")
    assert refused == line


def test_the_list_is_short_of_statements(store, manager):
    ImportJobFactory.create_batch(30, store=store)
    with at_most(12):
        assert manager.get(LIST).status_code == 200
