"""Exporting lists of the staff site as they are narrowed."""

import csv
import io
import json

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import ProductFactory, VariantFactory
from apps.events.models import OutboxEvent
from apps.interchange.admin import lists
from apps.interchange.models import ExportJob
from apps.interchange.outlets import outlet_for
from apps.interchange.services import generate_export
from apps.interchange.tests.factories import ExportJobFactory
from apps.inventory.tests.factories import StockItemFactory
from apps.orders.tests.factories import OrderFactory
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db

ORDERS, PRODUCTS = "/admin/orders/order/", "/admin/catalog/product/"
PEOPLE, STOCK = "/admin/accounts/user/", "/admin/inventory/stockitem/"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.EXPORTS_ROOT = tmp_path / "sealed"
    settings.STORE_DIRECTORY_SECONDS = 3600


def browser_of(store, *roles):
    browser = Client()
    browser.person = UserFactory(store=store, is_staff=True, roles=list(roles))
    browser.force_login(browser.person)
    browser.get("/admin/")
    return browser


@pytest.fixture
def manager(store):
    return browser_of(store, "manager")


def export(browser, listing, query="", writing="csv"):
    return browser.post(f"{listing}export/{query}", {"writing": writing})


def rows(response):
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_what_a_list_shows_is_what_leaves(store, manager):
    OrderFactory(customer__store=store, state="paid")
    wanted = OrderFactory(customer__store=store, state="paid", customer__email="ada@example.com")
    OrderFactory(customer__store=StoreFactory(), state="paid")
    query = "?state__exact=paid&q=ada%40example.com"
    page = manager.get(f"{ORDERS}{query}").content.decode()
    assert f'href="{ORDERS}export/?state__exact=paid&amp;q=ada%40example.com"' in page

    with at_most(20):
        asked = manager.get(f"{ORDERS}export/{query}")
    assert "The 1 orders that the list shows" in asked.content.decode()
    assert not OutboxEvent.objects.filter(name="list.exported").exists()
    (row,) = rows(export(manager, ORDERS, query))

    assert row["order_number"] == wanted.number
    event = OutboxEvent.objects.get(name="list.exported")
    assert (event.actor, event.payload) == (
        f"user:{manager.person.public_id}",
        {"what": "orders", "count": 1},
    )
    assert OutboxEvent.objects.get(name="data.exported").actor == event.actor


def test_each_list_has_its_formats(store, manager):
    cup = VariantFactory(product__store=store, sku="CUP").product
    ProductFactory(store=store)
    StockItemFactory(variant__product__store=store, variant__sku="JUG", on_hand=4)
    UserFactory(store=store, email="ada@example.com")

    (row,) = rows(export(manager, PRODUCTS, "?q=CUP", "shopify"))
    assert (row["Handle"], row["Variant SKU"]) == (cup.slug, "CUP")
    (line,) = export(manager, STOCK, "?q=JUG", "jsonl").streaming_content
    assert json.loads(line)["on_hand"] == 4
    people = rows(export(manager, PEOPLE))
    assert [one["email"] for one in people] == ["ada@example.com"]
    assert "Select a valid choice" in export(manager, STOCK, "", "shopify").content.decode()


def test_who_lacks_the_scope_has_no_button_and_takes_nothing(store):
    for role, listing, may in [
        ("support", ORDERS, False),
        ("read_only", PEOPLE, False),
        ("warehouse", STOCK, False),
        ("finance", ORDERS, True),
        ("finance", PRODUCTS, False),
    ]:
        browser = browser_of(store, role)
        assert (f"{listing}export/" in browser.get(listing).content.decode()) == may
        assert browser.get(f"{listing}export/").status_code == (200 if may else 403)
        assert export(browser, listing).status_code == (200 if may else 403)
    assert OutboxEvent.objects.filter(name="list.exported").count() == 1


@pytest.mark.parametrize("query", ["?state__exact=a%00b", "?nonsense=1", "?q=a%00b"])
def test_an_address_that_makes_no_sense_leads_back(manager, query):
    assert manager.get(f"{ORDERS}export/{query}").status_code in {200, 302}
    assert export(manager, ORDERS, query).status_code in {200, 302}
    assert not OutboxEvent.objects.filter(name="list.exported").exists() or "q=" in query


def text_of(job):
    outlet = outlet_for(store=job.store, wanted=job.wanted)
    pieces = generate_export(outlet=outlet, read=lambda things, **_: iter([list(things)]))
    return "".join(piece.text for piece in pieces)


def test_a_long_list_is_written_by_a_worker_as_it_was_shown(store, manager, monkeypatch):
    monkeypatch.setattr(lists, "MOST_AT_ONCE", 1)
    for number in range(3):
        StockItemFactory(variant__product__store=store, variant__sku=f"JUG{number}", on_hand=4)
    StockItemFactory(variant__product__store=store, variant__sku="CUP")

    answer = export(manager, STOCK, "?q=JUG")

    job = ExportJob.objects.get()
    assert answer["Location"] == reverse("admin:interchange_exportjob_change", args=[job.pk])
    assert (len(job.chosen), job.options["chosen"]) == (3, 3)
    StockItemFactory(variant__product__store=store, variant__sku="JUG9")
    assert [row.split(",")[0] for row in text_of(job).splitlines()[1:]] == ["JUG0", "JUG1", "JUG2"]
    with at_most(20):
        page = manager.get(answer["Location"]).content.decode()
    assert "admin-desk/progress.js" in page
    asked = manager.get(reverse("admin:interchange_exportjob_progress", args=[job.pk])).json()
    assert asked == {"words": "Queued", "percent": None, "is_over": False}


def test_a_list_that_exports_have_words_for_may_be_of_any_length(store, manager, monkeypatch):
    monkeypatch.setattr(lists, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(lists, "MOST_CHOSEN", 0)
    OrderFactory(customer__store=store, state="paid")
    ProductFactory(store=store)
    export(manager, ORDERS, "?state__exact=paid&o=1")
    export(manager, PRODUCTS, "?published=yes")
    export(manager, PRODUCTS)
    orders, published, everything = ExportJob.objects.order_by("pk")
    assert (orders.wanted.states, orders.chosen) == (("paid",), None)
    assert (published.wanted.published, everything.wanted.published) == (True, None)

    refused = export(manager, PRODUCTS, "?is_featured__exact=0")
    assert "At most 0 rows. Narrow it down." in refused.content.decode()
    assert ExportJob.objects.count() == 3


@pytest.mark.parametrize("most", [1000, 0])
def test_a_filter_that_stands_there_twice_is_exported_as_it_is_shown(
    store, manager, monkeypatch, most
):
    monkeypatch.setattr(lists, "MOST_AT_ONCE", most)
    for state in ("paid", "pending", "canceled"):
        OrderFactory(customer__store=store, state=state)
    query = "?state__exact=paid&state__exact=pending"
    listed = {one.number for one in manager.get(f"{ORDERS}{query}").context["cl"].result_list}
    assert len(listed) == 2

    answer = export(manager, ORDERS, query)

    sent = rows(answer) if most else csv.DictReader(text_of(ExportJob.objects.get()).splitlines())
    assert {row["order_number"] for row in sent} == listed


def test_what_contradicts_itself_is_exported_as_it_is_shown(store, manager):
    ProductFactory(store=store, title="Cup")
    query = "?published=yes&published=no"
    shown = manager.get(f"{PRODUCTS}{query}").context["cl"].result_count

    assert len(rows(export(manager, PRODUCTS, query))) == shown


def test_who_has_exported_a_list_has_its_file_and_nobody_elses(store, manager):
    own = ExportJobFactory(store=store, actor=f"user:{manager.person.public_id}")
    other = ExportJobFactory(store=store)
    foreign = ExportJobFactory(store=StoreFactory())
    for job, status in [(own, 200), (other, 403), (foreign, 403)]:
        place = reverse("admin:interchange_exportjob_file", args=[job.pk])
        assert manager.get(place).status_code == status
    place = reverse("admin:interchange_exportjob_progress", args=[foreign.pk])
    assert manager.get(place).status_code == 404
    assert browser_of(store, "support").get(place).status_code == 403


WAITING = {"state": "queued", "finished_at": None, "expires_at": None}


def call_off(browser, *jobs):
    chosen = {"action": "call_off", "_selected_action": [job.pk for job in jobs]}
    return browser.post("/admin/interchange/exportjob/", chosen, follow=True)


@pytest.mark.parametrize("role", ["manager", "finance"])
def test_who_has_exported_a_list_calls_it_off_and_nobody_elses(store, role):
    browser = browser_of(store, role)
    actor = f"user:{browser.person.public_id}"
    waits = ExportJobFactory(store=store, actor=actor, **WAITING)
    over = ExportJobFactory(store=store, actor=actor)
    other = ExportJobFactory(store=store, **WAITING)
    foreign = ExportJobFactory(store=StoreFactory(), actor=actor, **WAITING)

    answer = call_off(browser, waits, over, other, foreign)

    said = answer.content.decode()
    assert "2 canceled or removed." in said
    assert "Somebody else has asked for this export" in said
    left = dict(ExportJob.objects.values_list("pk", "state"))
    assert left == {waits.pk: "canceled", other.pk: "queued", foreign.pk: "queued"}
    names = OutboxEvent.objects.filter(actor=actor).values_list("name", flat=True)
    assert sorted(names) == ["export.canceled", "export.removed"]


def test_an_admin_calls_off_what_others_have_exported(store):
    job = ExportJobFactory(store=store, **WAITING)
    call_off(browser_of(store, "admin"), job)
    job.refresh_from_db()
    assert job.state == "canceled"


def test_who_may_not_export_calls_nothing_off(store):
    browser = browser_of(store, "support")
    job = ExportJobFactory(store=store, actor=f"user:{browser.person.public_id}", **WAITING)
    assert call_off(browser, job).status_code == 403
    job.refresh_from_db()
    assert job.state == "queued"
