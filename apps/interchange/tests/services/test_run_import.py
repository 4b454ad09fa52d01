"""What holds of every import, shown on products."""

import io
import json
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from apps.catalog import services as catalog
from apps.catalog.models import Product, Variant
from apps.events.models import OutboxEvent
from apps.interchange import import_lock, services
from apps.interchange.errors import AnotherFile, ImportUnderWay
from apps.interchange.formats.lines import bounded_lines
from apps.interchange.formats.shopify import read_products
from apps.interchange.kinds import Import
from apps.interchange.models import ImportBatch, ImportRow
from apps.interchange.services.import_products import PRODUCTS
from apps.interchange.source import Source
from apps.interchange.tests.factories import shopify_csv, shopify_row
from apps.inventory.models import StockItem
from apps.stores.tests.factories import StoreFactory
from tests.threads import ended_at_once

TRUGS = [shopify_row(handle=f"trug-{number}", title="Trug") for number in range(450)]


class Interrupted(Exception):
    """What stands for a power cut."""


def run(store, data, *, observe=lambda outcome: None, batch_size=None):
    lines = bounded_lines(io.BytesIO(data))
    return services.run_import(
        kind=PRODUCTS,
        run=Import(store=store, by=None, now=timezone.now()),
        source=Source(
            records=read_products(lines, currency="EUR"),
            format_name="shopify",
            file_name="trugs.csv",
            beginning=lines.beginning,
            digest=lambda: lines.digest,
        ),
        observe=observe,
    )


def interrupt_at(line, outcome):
    if outcome.line == line:
        raise Interrupted


@pytest.mark.django_db
def test_the_record_tells_what_became_of_each_row(store):
    rows = [shopify_row(), shopify_row(handle="fern", title="Fern", variant_price="12,50")]
    report = run(store, shopify_csv(*rows))
    batch = ImportBatch.objects.get()
    assert report.batch == batch.public_id
    assert (batch.kind, batch.format, batch.file_name) == ("products", "shopify", "trugs.csv")
    assert (batch.state, batch.position, batch.actor) == ("finished", 2, "system")
    created, refused = batch.rows.order_by("line")
    assert (created.line, created.key, created.outcome) == (2, "trug", "created")
    assert created.target == Product.objects.get().public_id
    assert (refused.line, refused.key, refused.outcome, refused.target) == (
        3,
        "fern",
        "refused",
        None,
    )
    (fault,) = refused.refused_as["faults"]
    assert fault["reason"] == "is not a decimal number such as 1234.50"
    assert "12,50" in refused.refused_as["rows"][0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT refusal FROM interchange_importrow WHERE key = %s", ["fern"])
        assert "12,50" not in cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_second_run_is_on_record_and_changes_nothing(store):
    data = shopify_csv(shopify_row())
    run(store, data)
    events = OutboxEvent.objects.count()
    assert str(run(store, data)) == "0 created, 0 changed, 1 unchanged, 0 refused"
    assert [one.unchanged for one in ImportBatch.objects.order_by("pk")] == [0, 1]
    assert ImportRow.objects.count() == 1
    assert OutboxEvent.objects.count() == events


@pytest.mark.django_db
def test_an_interrupted_import_goes_on_behind_the_last_step(store):
    data = shopify_csv(*TRUGS)
    with pytest.raises(Interrupted):
        run(store, data, observe=partial(interrupt_at, 250))
    assert Product.objects.count() == 400
    report = run(store, data)
    assert report.behind == 400
    assert str(report) == "450 created, 0 changed, 0 unchanged, 0 refused"
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.created, batch.rows.count()) == ("finished", 450, 450)


@pytest.mark.django_db
def test_another_file_that_begins_the_same_does_not_go_on(store):
    long = [row | {"Body (HTML)": "Woven. " * 40} for row in TRUGS]
    with pytest.raises(Interrupted):
        run(store, shopify_csv(*long), observe=partial(interrupt_at, 250))
    long[399] = long[399] | {"Title": "Another"}
    with pytest.raises(AnotherFile):
        run(store, shopify_csv(*long))
    assert ImportBatch.objects.get().state == "abandoned"
    assert str(run(store, shopify_csv(*long))) == "50 created, 1 changed, 399 unchanged, 0 refused"


@pytest.mark.django_db
def test_who_was_overtaken_writes_nothing_more(store):
    """As when a connection, and the lock with it, was lost for a while."""

    def overtake(outcome):
        if outcome.line == 2:
            ImportBatch.objects.update(position=400)

    with pytest.raises(ImportUnderWay):
        run(store, shopify_csv(*TRUGS), observe=overtake)
    assert Product.objects.count() == 200
    assert ImportRow.objects.count() == 200


@pytest.mark.django_db
def test_one_that_cannot_be_written_is_refused_alone(store, monkeypatch):
    rows = TRUGS[:3]
    taken = catalog.create_products

    def steal(*, drafts, **options):
        if len(drafts) > 1:  # somebody takes a slug between the plan and the write
            catalog.create_product(store=store, by=None, title="Theirs", slug="trug-1")
        return taken(drafts=drafts, **options)

    monkeypatch.setattr(catalog, "create_products", steal)
    report = run(store, shopify_csv(*rows))
    assert str(report) == "3 created, 0 changed, 0 unchanged, 0 refused"
    monkeypatch.setattr(catalog, "create_products", taken)
    assert Product.objects.count() == 3


@pytest.mark.django_db
def test_what_is_wrong_with_one_new_product_leaves_the_others_alone(store):
    rows = [
        shopify_row(),
        shopify_row(handle="featured", title="Reserved"),
        shopify_row(handle="fern", title="Fern", variant_inventory_qty="3"),
    ]
    report = run(store, shopify_csv(*rows))
    assert str(report) == "2 created, 0 changed, 0 unchanged, 1 refused"
    assert [str(fault) for one in report.refusals for fault in one.faults] == [
        "line 3, slug: This slug is reserved for something else."
    ]
    assert StockItem.objects.get().on_hand == 3
    assert ImportBatch.objects.get().rows.count() == 3


@pytest.mark.django_db
def test_the_file_of_refused_rows_can_be_mended_and_imported(store, tmp_path):
    file = tmp_path / "trugs.csv"
    rows = [
        shopify_row(handle="fern", title="Fern", variant_price="12,50"),
        shopify_row(),
        shopify_row(handle="oak", title="K\xf6rbchen", variant_price="x"),
    ]
    file.write_bytes(shopify_csv(*rows).decode().encode("cp1252"))
    options = {"format": "shopify", "encoding": "cp1252", "stdout": io.StringIO()}
    with pytest.raises(CommandError) as stopped:
        call_command("import_products", str(file), stderr=io.StringIO(), **options)
    refused = tmp_path / "trugs.refused.csv"
    assert str(stopped.value).endswith(f"The refused rows are in {refused}.")
    assert refused.stat().st_mode & 0o777 == 0o600
    lines = refused.read_text("cp1252").splitlines()
    assert lines[0].endswith(",Cost per item,reason")
    assert lines[1].endswith(
        ",\"line 2, Variant Price: is not a decimal number such as 1234.50 ('12,50')\""
    )
    mended = refused.read_text("cp1252").replace('"12,50"', "12.50").replace(",x,", ",9,")
    refused.write_text(mended, "cp1252")
    call_command("import_products", str(refused), **options)
    assert Product.objects.get(slug="oak").title == "K\xf6rbchen"
    assert "reason" not in json.dumps(list(Product.objects.values_list("metadata", flat=True)))
    assert Variant.objects.count() == 3


@pytest.mark.django_db
def test_imports_into_two_stores_do_not_wait_for_each_other(store):
    with import_lock.import_lock(StoreFactory(slug="other")):
        assert run(store, shopify_csv(shopify_row())).counts.total() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_once_one_waits_or_is_refused(store, monkeypatch):
    monkeypatch.setattr(import_lock, "_PATIENCE", 0.0)
    data = shopify_csv(*TRUGS)

    def act():
        run(store, data)

    endings = ended_at_once(act, act)
    assert endings in (["done", "import_under_way"], ["done", "done"])
    assert Product.objects.count() == 450
    assert ImportRow.objects.filter(outcome="created").count() == 450
    connections["default"].close()


@pytest.mark.django_db(transaction=True)
def test_an_import_is_refused_while_another_holds_the_store(store, monkeypatch):
    monkeypatch.setattr(import_lock, "_PATIENCE", 0.0)
    data = shopify_csv(shopify_row())

    def hold():
        with import_lock.import_lock(store):
            other = connections["default"].copy()
            connections["default"], mine = other, connections["default"]
            try:
                run(store, data)
            finally:
                other.close()
                connections["default"] = mine

    with pytest.raises(ImportUnderWay):
        hold()
    assert not Product.objects.exists()


@pytest.mark.django_db
def test_a_bomb_of_blank_rows_is_refused_soon(store, tmp_path):
    file = tmp_path / "blank.csv"
    rows = shopify_csv(shopify_row(), shopify_row(handle="fern", title="Fern"))
    file.write_bytes(rows + b",,,\n" * 20_000)
    with pytest.raises(CommandError, match="More than 10,000 rows before line") as stopped:
        call_command("import_products", str(file), format="shopify", stdout=io.StringIO())
    assert stopped.value.returncode == 2
    assert Product.objects.get().slug == "trug"
