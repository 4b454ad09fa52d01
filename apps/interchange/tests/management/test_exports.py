"""`export_products`, `export_orders`, `export_customers` and `export_stock`."""

import csv
import gzip
import io
import json
import sys
from contextlib import nullcontext

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import ProductFactory, VariantFactory
from apps.events.models import OutboxEvent
from apps.inventory.tests.factories import StockItemFactory
from apps.orders.tests.factories import OrderFactory
from apps.stores.tests.factories import StoreFactory

pytestmark = pytest.mark.django_db
WRITING = "apps.interchange.services.write_export"


@pytest.fixture(autouse=True)
def _no_moment(monkeypatch, request):
    """A test case has its own transaction, in which none can begin at another moment."""
    if "transaction" not in request.node.get_closest_marker("django_db").kwargs:
        monkeypatch.setattr(sys.modules[WRITING], "one_moment", nullcontext)


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text(), newline="")))


@pytest.mark.django_db(transaction=True)
def test_everything_goes_to_a_file_which_only_its_owner_reads(store, tmp_path, capsys):
    OrderFactory(customer__store=store, state="paid")
    file = tmp_path / "orders.csv"

    call_command("export_orders", str(file))

    (row,) = rows(file)
    assert (row["state"], row["total"]) == ("paid", "14.90")
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]
    assert capsys.readouterr() == ("", "1 orders exported.\n")
    event = OutboxEvent.objects.get()
    assert (event.name, event.actor, event.payload) == (
        "data.exported",
        "system",
        {"what": "orders"},
    )


def test_a_name_that_ends_in_gz_is_packed_and_the_same_rows_are_the_same_bytes(store, tmp_path):
    StockItemFactory(variant__product__store=store)
    for name in ("one.csv.gz", "two.csv.gz"):
        call_command("export_stock", str(tmp_path / name))
    one, two = ((tmp_path / name).read_bytes() for name in ("one.csv.gz", "two.csv.gz"))
    assert one == two
    assert gzip.decompress(one).startswith(b"sku,warehouse,on_hand,reserved\r\n")


def test_a_dash_is_standard_output_and_nothing_else_is_said_there(store, capsysbinary):
    UserFactory(store=store, email="ada@example.com", full_name="Ada King")
    call_command("export_customers", "-", "--as", "jsonl")
    out, _ = capsysbinary.readouterr()
    assert json.loads(out)["email"] == "ada@example.com"


def test_products_come_in_both_layouts_published_or_not(store, tmp_path):
    VariantFactory(product=ProductFactory(store=store, slug="shown"))
    VariantFactory(product=ProductFactory(store=store, slug="draft", published_at=None))
    file = tmp_path / "products.csv"

    def slugs(*arguments, column="product_slug"):
        call_command("export_products", str(file), *arguments)
        return [row[column] for row in rows(file)]

    assert slugs() == ["shown", "draft"]
    assert slugs("--published") == ["shown"]
    assert slugs("--unpublished") == ["draft"]
    assert slugs("--format", "shopify", column="Handle") == ["shown", "draft"]


def test_orders_come_by_time_and_state(store, tmp_path):
    paid = OrderFactory(customer__store=store, state="paid")
    OrderFactory(customer__store=store)
    file = tmp_path / "orders.csv"
    call_command("export_orders", str(file), "--state", "paid", "--since", "1h")
    assert [row["order_number"] for row in rows(file)] == [paid.number]


def test_a_store_is_named_by_its_slug(store, tmp_path):
    other = StoreFactory(slug="second-hand")
    StockItemFactory(variant__product__store=other, variant__sku="USED")
    StockItemFactory(variant__product__store=store)
    file = tmp_path / "stock.csv"
    call_command("export_stock", str(file), "--store", "second-hand")
    assert [row["sku"] for row in rows(file)] == ["USED"]


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (["export_stock", "{}/stock.csv", "--store", "nowhere"], 2),
        (["export_products", "{}/p.csv", "--format", "shopify", "--as", "jsonl"], 2),
        (["export_stock", "{}/missing/stock.csv"], 1),
    ],
)
def test_the_exit_status_tells_what_was_wrong(store, tmp_path, command, status):
    with pytest.raises(CommandError) as refusal:
        call_command(*[word.format(tmp_path) for word in command])
    assert refusal.value.returncode == status
    assert list(tmp_path.iterdir()) == []


def test_half_a_file_never_has_the_name_of_a_whole_one(store, tmp_path, monkeypatch):
    StockItemFactory(variant__product__store=store)
    file = tmp_path / "stock.csv.gz"
    file.write_text("what was there before")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(CommandError, match="No space left on device") as refusal:
        call_command("export_stock", str(file))

    assert refusal.value.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["stock.csv.gz"]
    assert file.read_text() == "what was there before"


def test_a_reader_that_goes_ends_it(store, monkeypatch):
    class Closed(io.BytesIO):
        def write(self, _):
            raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(Closed()))
    with pytest.raises(CommandError, match="Broken pipe"):
        call_command("export_stock", "-")
