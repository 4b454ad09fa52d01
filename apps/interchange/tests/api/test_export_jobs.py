"""Exports that are made while one does something else: asking for them, and fetching them."""

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.events.models import Delivery, OutboxEvent
from apps.interchange.models import ExportJob
from apps.interchange.tests.factories import ExportJobFactory
from apps.stores.tests.factories import StoreHostFactory
from conftest import client_of
from tests.statements import at_most

EXPORTS = "/api/v1/admin/exports"


@pytest.fixture(autouse=True)
def _tokens(settings):
    settings.ADMIN_TOKENS = ["secret"]


@pytest.fixture
def admin(staff_client):
    staff_client.credentials(HTTP_X_ADMIN_TOKEN="secret", **staff_client._credentials)
    return staff_client


def test_an_export_is_queued_once_and_announced(admin, staff):
    body = {"kind": "orders", "as": "jsonl", "since": "2026-01-01T00:00:00Z", "states": ["paid"]}
    key = {"HTTP_IDEMPOTENCY_KEY": "one"}

    answer, again = (admin.post(EXPORTS, body, **key) for _ in range(2))

    assert answer.status_code == 201
    assert again.json() == answer.json()
    job = ExportJob.objects.get()
    assert answer["Location"] == f"{EXPORTS}/{job.public_id}"
    assert (job.wanted.writing, job.wanted.states) == ("jsonl", ("paid",))
    assert answer.json()["options"] == {
        "layout": "native",
        "as": "jsonl",
        "since": "2026-01-01T00:00:00+00:00",
        "state": ["paid"],
        "published": None,
    }
    assert (answer.json()["state"], answer.json()["file"]) == ("queued", None)
    assert job.actor == f"user:{staff.public_id}"
    assert set(OutboxEvent.objects.values_list("name", flat=True)) == {
        "data.exported",
        "export.requested",
    }
    started = Delivery.objects.get(subscriber="interchange.start_export")
    assert started.event.aggregate_id == job.public_id


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "everything"}, 400, "validation_error"),
        ({"kind": "stock", "format": "csv"}, 400, "validation_error"),
        ({"kind": "orders", "states": ["lost"]}, 400, "validation_error"),
        ({"kind": "orders", "layout": "shopify"}, 422, "export_refused"),
        ({"kind": "stock", "published": True}, 422, "export_refused"),
        ({"kind": "stock", "since": "2026-01-01T00:00:00Z"}, 422, "export_refused"),
        ({"kind": "products", "states": ["paid"]}, 422, "export_refused"),
    ],
)
def test_what_makes_no_file_is_refused(admin, body, status, code):
    answer = admin.post(EXPORTS, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not ExportJob.objects.exists()


def test_a_store_has_so_many_and_no_more(admin, store, settings):
    settings.EXPORTS_PER_STORE = 3
    ExportJobFactory(store=store)
    ExportJobFactory(store=store, state="queued")
    ExportJobFactory(store=store, state="failed")
    ExportJobFactory(store=store, file_name="")
    ExportJobFactory()

    assert admin.post(EXPORTS, {"kind": "stock"}).status_code == 201
    answer = admin.post(EXPORTS, {"kind": "stock"})

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_exports")
    assert ExportJob.objects.for_store(store).count() == 5


def test_progress_is_told(admin, store):
    job = ExportJobFactory(store=store, state="running", rows_done=40, rows_expected=100)
    told = admin.get(f"{EXPORTS}/{job.public_id}").json()
    assert (told["state"], told["rows_done"], told["rows_expected"]) == ("running", 40, 100)


def test_the_newest_comes_first_and_nobody_elses(admin, store):
    old, new = ExportJobFactory(store=store), ExportJobFactory(store=store)
    ExportJobFactory()
    with at_most(7):
        found = admin.get(EXPORTS).json()["results"]
    assert [one["id"] for one in found] == [str(new.public_id), str(old.public_id)]


def test_the_file_is_sent_and_that_is_on_record(admin, staff, store):
    job = ExportJobFactory(store=store)
    link = admin.get(f"{EXPORTS}/{job.public_id}").json()["file"]

    answer = admin.get(link, headers={"Accept": "text/csv"})

    assert answer["Content-Disposition"].startswith('attachment; filename="stock-')
    assert b"".join(answer.streaming_content) == b"sku,warehouse\r\n"
    event = OutboxEvent.objects.get(name="export.downloaded")
    assert (event.aggregate_id, event.actor) == (job.public_id, f"user:{staff.public_id}")


@pytest.mark.parametrize("state", ["queued", "running", "failed", "canceled"])
def test_there_is_no_file_before_it_is_done(admin, store, state):
    job = ExportJobFactory(store=store, state=state)
    answer = admin.get(f"{EXPORTS}/{job.public_id}/file")
    assert (answer.status_code, answer.json()["code"]) == (409, "export_has_no_file")
    assert not OutboxEvent.objects.exists()


def test_a_file_that_was_lost_is_told_of(admin, store, settings):
    job = ExportJobFactory(store=store)
    (settings.EXPORTS_ROOT / job.file_name).unlink()
    answer = admin.get(f"{EXPORTS}/{job.public_id}/file")
    assert (answer.status_code, answer.json()["code"]) == (409, "export_has_no_file")


def test_what_waits_or_runs_is_canceled(admin, store):
    for state in ("queued", "running"):
        job = ExportJobFactory(store=store, state=state)
        assert admin.delete(f"{EXPORTS}/{job.public_id}").status_code == 204
        job.refresh_from_db()
        assert (job.state, job.leased_until) == ("canceled", None)


@pytest.mark.django_db(transaction=True)
def test_what_is_done_is_removed_with_its_file(admin, store, settings):
    job = ExportJobFactory(store=store)
    assert admin.delete(f"{EXPORTS}/{job.public_id}").status_code == 204
    assert not ExportJob.objects.exists()
    assert not (settings.EXPORTS_ROOT / job.file_name).exists()
    assert admin.get(f"{EXPORTS}/{job.public_id}").status_code == 404


def test_who_is_no_admin_or_lacks_the_secret_gets_nothing(store, staff_client):
    job = ExportJobFactory(store=store)
    manager = client_of(UserFactory(store=store, is_staff=True, roles=["manager"]))
    calls = [("get", EXPORTS), ("post", EXPORTS), ("get", f"{EXPORTS}/{job.public_id}")]
    calls += [("delete", calls[-1][1]), ("get", f"{calls[-1][1]}/file")]
    for method, path in calls:
        lacking = getattr(staff_client, method)(path)
        assert (lacking.status_code, lacking.json()["code"]) == (403, "admin_token_refused")
        other = getattr(manager, method)(path, HTTP_X_ADMIN_TOKEN="secret")
        assert (other.status_code, other.json()["code"]) == (403, "admin_required")


def test_another_stores_exports_are_not_there(store):
    job = ExportJobFactory(store=store)
    elsewhere = StoreHostFactory(host="other.example").store
    admin = client_of(UserFactory(store=elsewhere, is_staff=True))
    at = {"HTTP_HOST": "other.example", "HTTP_X_ADMIN_TOKEN": "secret"}
    for method, path in [("get", ""), ("get", "/file"), ("delete", "")]:
        answer = getattr(admin, method)(f"{EXPORTS}/{job.public_id}{path}", **at)
        assert answer.status_code == 404
    assert admin.get(EXPORTS, **at).json()["results"] == []


# --- on the staff site ---------------------------------------------------------------------------
def page(name, *arguments):
    return reverse(f"admin:interchange_exportjob_{name}", args=arguments)


def test_admins_download_from_the_staff_site(client, store, staff):
    job = ExportJobFactory(store=store)
    client.force_login(staff)
    assert "Download" in client.get(page("changelist")).content.decode()
    assert client.get(page("change", job.pk)).status_code == 200
    answer = client.get(page("file", job.pk))
    assert b"".join(answer.streaming_content) == b"sku,warehouse\r\n"
    assert OutboxEvent.objects.filter(name="export.downloaded").exists()


def test_managers_see_the_list_and_get_no_file(client, store):
    job = ExportJobFactory(store=store)
    client.force_login(UserFactory(store=store, is_staff=True, roles=["manager"]))
    assert client.get(page("changelist")).status_code == 200
    assert client.get(page("file", job.pk)).status_code == 403
    assert not OutboxEvent.objects.exists()


def test_the_staff_site_knows_no_file_of_another_store(client, staff):
    job = ExportJobFactory()
    client.force_login(staff)
    assert client.get(page("file", job.pk)).status_code == 302
