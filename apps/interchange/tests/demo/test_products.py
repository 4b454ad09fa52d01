"""The demo shop's product file is one that a careful shop could have exported."""

import csv
import re
from decimal import Decimal

import pytest

from apps.interchange.demo.pictures import PRODUCTS


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with PRODUCTS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


@pytest.fixture(scope="module")
def products(rows):
    return [row for row in rows if row["Title"]]


@pytest.fixture(scope="module")
def variants(rows):
    return [row for row in rows if row["Variant SKU"]]


def is_ean_13(barcode: str) -> bool:
    """Thirteen digits that, weighted 1 and 3 in turn, add up to a multiple of ten."""
    weighted = (int(digit) * (1, 3)[place % 2] for place, digit in enumerate(barcode))
    return bool(re.fullmatch(r"\d{13}", barcode)) and sum(weighted) % 10 == 0


def test_has_the_goods_it_speaks_of(rows, products, variants):
    assert len(rows) == 265
    assert len(products) == 80
    assert len(variants) == 260


def test_has_no_ragged_row(rows):
    assert all(None not in row and None not in row.values() for row in rows)
    assert {len(row) for row in rows} == {48}


def test_begins_every_product_with_the_row_that_describes_it(rows, products):
    described = ["Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Option1 Name"]
    handles = [row["Handle"] for row in rows]

    assert [row["Handle"] for row in products] == list(dict.fromkeys(handles))
    assert handles == sorted(handles, key=list(dict.fromkeys(handles)).index)
    assert all(row[column] for row in products for column in described)
    assert not any(row[column] for row in rows if not row["Title"] for column in described)


def test_names_every_product_and_variant_once(products, variants):
    assert len({row["Handle"] for row in products}) == 80
    assert len({row["Title"] for row in products}) == 80
    assert len({row["Variant SKU"] for row in variants}) == 260
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["Handle"]) for row in products)
    assert all(re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+){0,3}", row["Variant SKU"]) for row in variants)


def test_offers_no_combination_of_options_twice(variants):
    offered = {
        (row["Handle"], row["Option1 Value"], row["Option2 Value"], row["Option3 Value"])
        for row in variants
    }

    assert len(offered) == 260
    assert sum(1 for row in variants if row["Option3 Value"]) == 15
    assert all(row["Option1 Value"] for row in variants)


def test_gives_a_value_for_each_option_a_product_names(products, variants):
    named = {
        row["Handle"]: [bool(row[f"Option{number} Name"]) for number in (1, 2, 3)]
        for row in products
    }

    for row in variants:
        given = [bool(row[f"Option{number} Value"]) for number in (1, 2, 3)]
        assert given == named[row["Handle"]]


def test_prices_everything_to_the_cent_within_the_range_of_the_shop(variants):
    assert all(re.fullmatch(r"\d+\.\d{2}", row["Variant Price"]) for row in variants)
    prices = [Decimal(row["Variant Price"]) for row in variants]

    assert min(prices) == Decimal("3.50")
    assert max(prices) == Decimal("349.00")


def test_compares_only_with_higher_prices(variants):
    reduced = [row for row in variants if row["Variant Compare At Price"]]

    assert len(reduced) == 25
    for row in reduced:
        assert re.fullmatch(r"\d+\.\d{2}", row["Variant Compare At Price"])
        assert Decimal(row["Variant Compare At Price"]) > Decimal(row["Variant Price"])


def test_sorts_its_products_into_a_tree_of_two_levels(products):
    paths = {row["Product Category"] for row in products}

    assert len(paths) == 14
    assert {path.split(" > ")[0] for path in paths} == {
        "Kitchen",
        "Home",
        "Desk",
        "Outdoors",
        "Wear",
    }
    assert all(len(path.split(" > ")) == 2 for path in paths)


def test_counts_its_stock_in_whole_pieces(variants):
    assert all(re.fullmatch(r"\d+", row["Variant Inventory Qty"]) for row in variants)
    stock = [int(row["Variant Inventory Qty"]) for row in variants]

    assert stock.count(0) == 7
    assert stock.count(1) == 7


def test_weighs_every_variant_in_whole_grams(variants):
    assert all(re.fullmatch(r"[1-9]\d*", row["Variant Grams"]) for row in variants)


def test_carries_only_barcodes_that_a_scanner_accepts_and_no_other_shop_owns(variants):
    assert is_ean_13("4006381333931")
    assert not is_ean_13("4006381333932")
    barcodes = [row["Variant Barcode"] for row in variants if row["Variant Barcode"]]

    assert len(barcodes) == 216
    assert len(set(barcodes)) == 216
    assert all(is_ean_13(barcode) for barcode in barcodes)
    assert all(barcode.startswith("200") for barcode in barcodes)


def test_keeps_a_few_products_back_and_features_a_few(products):
    assert [row["Handle"] for row in products if row["Published"] == "false"] == [
        "ladder-shelf",
        "guest-book",
        "walking-umbrella",
    ]
    assert sum(1 for row in products if "featured" in row["Tags"].split(", ")) == 9
    assert {row["Published"] for row in products} == {"true", "false"}


def test_describes_every_product_in_whole_sentences(products):
    allowed = re.compile(r"</?(p|ul|li)>")

    for row in products:
        text = allowed.sub(" ", row["Body (HTML)"]).strip()
        assert "<" not in text
        assert len(text) >= 60
        assert text.endswith((".", "!"))
