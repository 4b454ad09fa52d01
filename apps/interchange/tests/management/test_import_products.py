import gzip
import io
import os
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.catalog.models import Product, Variant
from apps.events.models import OutboxEvent
from apps.interchange.management import watch
from apps.interchange.management.commands.import_products import Command
from apps.interchange.models import ImportBatch
from apps.interchange.tests.factories import GARDEN, shopify_csv, shopify_row
from apps.stores.tests.factories import StoreFactory

pytestmark = pytest.mark.django_db

APPAREL = Path(os.environ.get("REAL_EXPORTS", "/nowhere")) / "shopify-apparel.csv"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(file, *options: str, out: io.StringIO | None = None, err: io.StringIO | None = None) -> str:
    out = out or io.StringIO()
    call_command(
        "import_products",
        str(file),
        "--format",
        "shopify",
        *options,
        stdout=out,
        stderr=err or io.StringIO(),
    )
    return out.getvalue()


@pytest.fixture
def file_of(tmp_path):
    def write(data: bytes) -> Path:
        file = tmp_path / "products.csv"
        file.write_bytes(data)
        return file

    return write


def test_says_what_it_did(store):
    assert run(GARDEN) == "3 created, 0 changed, 0 unchanged, 0 refused\n"
    assert run(GARDEN) == "0 created, 0 changed, 3 unchanged, 0 refused\n"


def test_a_dry_run_says_what_it_would_do(store):
    assert run(GARDEN, "--dry-run") == (
        "created hazel-trug\n"
        "created garden-gloves\n"
        "created tulip-bulbs\n"
        "Would be: 3 created, 0 changed, 0 unchanged, 0 refused\n"
    )
    assert not Product.objects.exists()


def test_reads_compressed_files_and_other_encodings(store, file_of):
    data = shopify_csv(shopify_row(title="Körbchen")).decode().encode("cp1252")
    file = file_of(gzip.compress(data))
    assert run(file, "--encoding", "cp1252").startswith("1 created")
    assert Product.objects.get().title == "Körbchen"


def test_reads_standard_input(store, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(shopify_csv(shopify_row()))))
    assert run("-").startswith("1 created")


def test_imports_into_the_store_it_is_told_in_its_currency(store, file_of):
    StoreFactory(slug="other", currency="JPY")
    run(file_of(shopify_csv(shopify_row(variant_price="4200.00"))), "--store", "other")
    variant = Variant.objects.get()
    assert variant.store.slug == "other"
    assert str(variant.price) == "4200 JPY"


def test_some_refused_is_status_1_and_each_is_named(store, file_of):
    err = io.StringIO()
    rows = [shopify_row(variant_price="12,50"), shopify_row(handle="fern", title="Fern")]
    with pytest.raises(CommandError) as stopped:
        run(file_of(shopify_csv(*rows)), err=err)
    assert stopped.value.returncode == 1
    assert err.getvalue() == (
        "refused trug: line 2, Variant Price: is not a decimal number such as 1234.50 ('12,50')\n"
    )
    assert Product.objects.get().slug == "fern"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            b"a,b\n1,2\n",
            "Its first line lacks the columns Handle, Title, Variant Price; found: a, b",
        ),
        (b"PK\x03\x04\x00\x00\x00", "It is binary, not text."),
        (b"", "It is empty."),
    ],
)
def test_an_unusable_file_is_status_2(store, file_of, data, reason):
    file = file_of(data)
    out = io.StringIO()
    with pytest.raises(CommandError) as stopped:
        run(file, out=out)
    assert stopped.value.returncode == 2
    assert str(stopped.value) == f"{file}: {reason}"
    assert out.getvalue() == ""
    assert not OutboxEvent.objects.exists()


def test_what_came_before_a_break_is_imported_and_a_second_run_goes_on(store, file_of):
    rows = [shopify_row(handle=f"trug-{number}", title="Trug") for number in range(60)]
    whole = shopify_csv(*rows)
    broken = whole + b"x" * 1_100_000
    with pytest.raises(CommandError) as stopped:
        run(file_of(broken))
    assert stopped.value.returncode == 2
    assert "Line 62 ends a record of more than 1,048,576 characters" in str(stopped.value)
    assert Product.objects.count() == 59
    assert run(file_of(whole)) == "1 created, 0 changed, 59 unchanged, 0 refused\n"


def test_an_unknown_store_is_status_2(store):
    with pytest.raises(CommandError, match=r"There is no store nowhere\.") as stopped:
        run(GARDEN, "--store", "nowhere")
    assert stopped.value.returncode == 2


def test_a_terminal_sees_a_counter(store, monkeypatch):
    monkeypatch.setattr(watch, "tqdm", partial(watch.tqdm, mininterval=0))  # however fast it is
    err = Terminal()
    run(GARDEN, err=err)
    assert "0 products [" in err.getvalue()  # the next one is drawn a tenth of a second later
    assert err.getvalue().endswith("\r")


def test_help_tells_the_exit_status():
    assert "Exit status: 0 all is well" in Command.help


@pytest.mark.skipif(not APPAREL.exists(), reason="made by others, and not here")
def test_a_real_export_comes_over_whole(store):
    assert run(APPAREL) == "20 created, 0 changed, 0 unchanged, 0 refused\n"
    events = OutboxEvent.objects.count()
    prices = dict(Variant.objects.values_list("sku", "price_amount"))
    assert {sku: int(price) for sku, price in prices.items()} == {
        "OCEAN-BLUE-SHIRT": 50,
        "CLASSIC-VARSITY-TOP_SMALL": 60,
        "CLASSIC-VARSITY-TOP_MEDIUM": 60,
        "CLASSIC-VARSITY-TOP_LARGE": 60,
        "YELLOW-WOOL-JUMPER": 80,
        "FLORAL-WHITE-TOP": 75,
        "STRIPED-SILK-BLOUSE": 50,
        "CLASSIC-LEATHER-JACKET": 80,
        "DARK-DENIM-TOP": 60,
        "NAVY-SPORT-JACKET": 60,
        "DARK-WINTER-JACKET": 50,
        "BLACK-LEATHER-BAG": 30,
        "ZIPPED-JACKET": 65,
        "SILK-SUMMER-TOP": 70,
        "LONGSLEEVE-COTTON-TOP": 50,
        "CHEQUERED-RED-SHIRT": 50,
        "WHITE-COTTON-SHIRT": 30,
        "OLIVE-GREEN-JACKET": 65,
        "BLUE-SILK-TUXEDO": 70,
        "RED-SPORTS-TEE": 50,
        "STRIPED-SKIRT-AND-TOP": 50,
        "LED-HIGH-TOPS": 80,
    }
    assert all(price == Decimal(int(price)) for price in prices.values())
    assert run(APPAREL) == "0 created, 0 changed, 20 unchanged, 0 refused\n"
    assert OutboxEvent.objects.count() == events


def test_an_object_without_end_is_refused_as_any_other(tmp_path, store):
    file = tmp_path / "products.jsonl"
    file.write_text('{"product_slug": ' + "[" * 100_000 + "\n")
    with pytest.raises(CommandError) as refusal:
        run(file, "--format", "native")
    assert refusal.value.returncode == 1
    assert '{"line": "{' in (tmp_path / "products.refused.jsonl").read_text()


def test_a_file_may_have_a_name_that_is_no_text(tmp_path, store):
    """As files from old archives have."""
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv"))
    file.write_bytes(GARDEN.read_bytes())
    assert run(file).startswith("3 created")
    assert ImportBatch.objects.get().file_name == "caf?.csv"


def test_refused_rows_do_not_replace_the_file(file_of, store):
    file = file_of(shopify_csv(shopify_row(variant_price="-1")))
    before = file.read_bytes()
    link = file.with_name("link.csv")
    link.symlink_to(file)
    for errors in (file, link):
        with pytest.raises(CommandError) as refusal:
            run(file, "--errors", str(errors))
        assert refusal.value.returncode == 2
    assert file.read_bytes() == before


def test_refused_rows_go_through_no_link_that_somebody_puts_there(file_of, store, monkeypatch):
    file = file_of(shopify_csv(shopify_row(variant_price="-1")))
    secret = file.with_name("secret")
    unlink = Path.unlink

    def and_link(path, **options):
        unlink(path, **options)
        path.symlink_to(secret)

    monkeypatch.setattr(Path, "unlink", and_link)
    with pytest.raises(FileExistsError):
        run(file)
    assert not secret.exists()
