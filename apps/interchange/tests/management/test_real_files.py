"""Exports of real shops, which are not part of this project: `REAL_EXPORTS` names their folder."""

import io
import os
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.catalog.models import Category, Product, ProductImage, Variant

FOLDER = Path(os.environ.get("REAL_EXPORTS", "/nowhere"))
WOO = FOLDER / "woocommerce-sample.csv"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not WOO.exists(), reason="REAL_EXPORTS names no folder of real exports"),
]


def run(file: Path, layout: str, folder: Path) -> str:
    out = io.StringIO()
    errors = str(folder / "refused.csv")
    call_command("import_products", str(file), format=layout, errors=errors, stdout=out)
    return out.getvalue().strip()


def test_woocommerce_comes_over_whole(store, tmp_path):
    assert run(WOO, "woocommerce", tmp_path) == "15 created, 0 changed, 0 unchanged, 0 refused"
    assert run(WOO, "woocommerce", tmp_path) == "0 created, 0 changed, 15 unchanged, 0 refused"
    prices = Variant.objects.values_list("sku", "price_amount", "compare_at_amount")
    assert {sku: (int(price), before and int(before)) for sku, price, before in prices} == {
        "cc-t-shirt-blue": (25, None),
        "cc-t-shirt-green": (25, None),
        "cc-t-shirt-red": (25, None),
        "cc-hoodie-red": (42, 45),
        "cc-hoodie-green": (45, None),
        "cc-hoodie-blue": (45, None),
        "cc-hoodie-red-logo": (45, None),
        "cc-hoodie-blue-logo": (45, None),
        "cc-hoodie-green-logo": (45, None),
        "cc-hoodie-with-logo": (45, None),
        "cc-beanie": (18, 20),
        "cc-belt": (55, 65),
        "cc-cap": (16, 18),
        "cc-sunglasses": (90, None),
        "cc-hoodie-with-pocket": (35, 45),
        "cc-album": (15, None),
        "cc-single": (2, 3),
        "cc-tshirt-logo": (18, None),
        "cc-beanie-logo": (20, None),
        "cp-donation": (30, None),
        "cc-scarf": (15, None),
    }
    shelves = Product.objects.values_list("categories__parent__name", "categories__name")
    assert Counter(shelves) == {
        ("Clothing", "Accessories"): 6,
        ("Clothing", "Hoodies"): 3,
        ("Clothing", "Tshirts"): 2,
        (None, "Music"): 2,
        (None, "Clothing"): 1,
        (None, "Donation"): 1,
    }
    assert Category.objects.count() == 6
    assert Product.objects.filter(published_at=None).count() == 2
    assert Product.objects.filter(is_featured=True).count() == 4
    assert ProductImage.objects.count() == 26
