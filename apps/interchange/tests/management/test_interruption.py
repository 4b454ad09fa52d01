"""An import that is killed goes on where it was, and ends as if nothing had happened."""

import io
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from apps.catalog.models import Category, Product, Variant
from apps.interchange.models import ImportBatch, ImportRow
from apps.interchange.tests.factories import shopify_csv, shopify_row
from apps.inventory.models import StockItem, StockMovement
from tests.serving import ROOT, environment
from tests.workers import wait_until

ROWS = [
    shopify_row(
        handle=f"trug-{number}",
        title=f"Trug {number}",
        body="Woven by hand. " * 15,
        type="Baskets" if number % 2 else "Trugs",
        variant_inventory_qty=str(number % 7),
        variant_price="12,50" if number % 100 == 50 else "38.00",
    )
    for number in range(450)
]


def start(tmp_path):
    return subprocess.Popen(
        [
            sys.executable,
            "manage.py",
            "import_products",
            "-",
            "--format=shopify",
            f"--errors={tmp_path / 'refused.csv'}",
        ],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def state_of_the_shop():
    return (
        list(Product.objects.order_by("slug").values_list("slug", "title", "version")),
        list(Variant.objects.order_by("sku").values_list("sku", "price_amount", "in_stock")),
        list(StockItem.objects.order_by("variant__sku").values_list("variant__sku", "on_hand")),
        list(Category.objects.order_by("slug").values_list("slug", flat=True)),
        StockMovement.objects.count(),
    )


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_goes_on_and_ends_like_one_that_was_not(store, tmp_path):
    data = shopify_csv(*ROWS)
    killed = start(tmp_path)
    killed.stdin.write(data[: data.index(b"trug-330,")])
    killed.stdin.flush()
    wait_until(lambda: ImportBatch.objects.filter(position=200).exists(), seconds=60)
    killed.kill()
    killed.communicate()
    assert killed.returncode == -9
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.position, batch.created, batch.refused) == ("running", 200, 198, 2)

    second = start(tmp_path)
    out, _ = second.communicate(data, timeout=120)
    assert out.decode().splitlines() == [
        "Went on behind record 200.",
        "446 created, 0 changed, 0 unchanged, 4 refused",
    ]
    assert second.returncode == 1
    batch.refresh_from_db()
    assert (batch.state, batch.position, batch.created, batch.refused) == ("finished", 450, 446, 4)
    assert ImportRow.objects.filter(batch=batch).count() == 450
    refused = (tmp_path / "refused.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in refused] == [
        "Handle",
        "trug-50",
        "trug-150",
        "trug-250",
        "trug-350",
    ]
    went_on = state_of_the_shop()

    file = tmp_path / "again.csv"
    file.write_bytes(data)
    again = io.StringIO()
    with pytest.raises(CommandError, match="Some products were refused"):
        call_command("import_products", str(file), format="shopify", stdout=again, stderr=again)
    assert again.getvalue().splitlines()[-1] == "0 created, 0 changed, 446 unchanged, 4 refused"
    assert state_of_the_shop() == went_on
    assert len(went_on[0]) == 446
    assert all(version == 1 for _, _, version in went_on[0])
    assert sum(on_hand for _, on_hand in went_on[2]) == sum(
        number % 7 for number in range(450) if number % 100 != 50
    )
