import io

import pytest

from apps.interchange.formats.lines import bounded_lines
from apps.interchange.formats.record import ProductRecord, RefusedRecord
from apps.interchange.formats.woocommerce import read_products
from apps.interchange.tests.factories import variation, woo_csv, woo_row


def read(*rows) -> list[ProductRecord | RefusedRecord]:
    return list(read_products(bounded_lines(io.BytesIO(woo_csv(*rows))), currency="EUR"))


def only(*rows) -> ProductRecord:
    (record,) = read(*rows)
    assert isinstance(record, ProductRecord), record
    return record


def faults(*rows) -> list[str]:
    return [
        str(fault) for one in read(*rows) if isinstance(one, RefusedRecord) for fault in one.faults
    ]


def prices(record) -> list[tuple[str, str, str]]:
    return [(one.sku, str(one.price), str(one.compare_at)) for one in record.variants]


SIZES = {"attribute_1_name": "Size", "attribute_1_value_s": "S, M"}


def test_a_simple_product():
    record = only(
        woo_row(
            sku="TR-1",
            is_featured="1",
            description="Woven.\\nBy hand.",
            short_description="A basket.",
            stock="12",
            weight_kg="1.2345",
            sale_price="30.00",
            categories="Garden > Baskets, Gifts\\, small",
            tags="willow, hand made",
            images="https://pictures.example/a.jpg, https://pictures.example/b.jpg",
            attribute_1_name="Wood",
            attribute_1_value_s="Willow",
            meta_note="kept",
        )
    )
    assert (record.slug, record.title) == ("trug", "Trug")
    assert record.description == "Woven.\nBy hand."
    assert prices(record) == [("TR-1", "30.00 EUR", "38.00 EUR")]
    assert record.variants[0].opening_stock == 12
    assert record.variants[0].weight_grams == 1235
    assert record.category_paths == (("Garden", "Baskets"), ("Gifts, small",))
    assert record.tags == ("willow", "hand made")
    assert [image.source for image in record.images] == [
        "https://pictures.example/a.jpg",
        "https://pictures.example/b.jpg",
    ]
    assert record.is_published
    assert record.is_featured
    assert record.metadata == {
        "attributes": {"Wood": ["Willow"]},
        "woocommerce": {
            "ID": "7",
            "Type": "simple",
            "Published": "1",
            "Short description": "A basket.",
            "Meta: _note": "kept",
        },
    }


def test_variations_come_to_their_parent_from_anywhere_in_the_file():
    first, fern = read(
        variation(id="9", sku="TR-M", regular_price="42", **SIZES | {"attribute_1_value_s": "M"}),
        woo_row(type="variable", sku="TR", regular_price="", **SIZES),
        woo_row(id="2", name="Fern", sku="FERN"),
        variation(sku="TR-S", parent="TR", **SIZES | {"attribute_1_value_s": "S"}),
    )
    assert first.options == ("Size",)
    assert [(one.sku, one.option_values, str(one.price)) for one in first.variants] == [
        ("TR-M", ("M",), "42.00 EUR"),
        ("TR-S", ("S",), "38.00 EUR"),
    ]
    assert first.metadata["woocommerce"]["SKU"] == "TR"
    assert fern.slug == "fern"


def test_an_attribute_that_no_variation_names_is_no_option():
    record = only(
        woo_row(
            type="variable",
            attribute_1_name="Colour",
            attribute_1_value_s="Red, Blue",
            attribute_2_name="Size",
            attribute_2_value_s="S, M",
        ),
        variation(id="8", attribute_1_name="Colour", attribute_1_value_s="Red"),
        variation(id="9", attribute_1_name="Colour", attribute_1_value_s=""),
    )
    assert record.options == ("Colour",)
    assert [one.option_values for one in record.variants] == [("Red",), ("Any",)]
    assert record.metadata["attributes"] == {"Size": ["S", "M"]}


def test_a_variation_that_is_not_for_sale_is_kept_in_the_metadata():
    record = only(
        woo_row(type="variable", **SIZES),
        variation(id="8", sku="S", **SIZES | {"attribute_1_value_s": "S"}),
        variation(id="9", sku="M", published="-1", **SIZES | {"attribute_1_value_s": "M"}),
    )
    assert [one.sku for one in record.variants] == ["S"]
    (kept,) = record.metadata["woocommerce"]["Variations not for sale"]
    assert kept["SKU"] == "M"


def test_grouped_and_external_products_are_kept_and_not_shown():
    grouped, external = read(
        woo_row(type="grouped", sku="SET", regular_price="", grouped_products="A, B"),
        woo_row(id="8", name="Fern", type="external", external_url="https://other.example"),
    )
    assert (grouped.is_published, grouped.variants) == (False, ())
    assert grouped.metadata["woocommerce"]["Grouped products"] == "A, B"
    assert (external.is_published, prices(external)) == (False, [("FERN", "38.00 EUR", "None")])
    assert external.metadata["woocommerce"]["External URL"] == "https://other.example"


@pytest.mark.parametrize(("published", "shown"), [("1", True), ("0", False), ("-1", False)])
def test_private_products_and_drafts_are_not_shown(published, shown):
    record = only(woo_row(published=published))
    assert record.is_published is shown
    assert record.metadata["woocommerce"]["Published"] == published


@pytest.mark.parametrize(
    ("begins", "ends", "price"),
    [
        ("", "", "30.00 EUR"),
        ("2020-01-01", "", "30.00 EUR"),
        ("2999-01-01 00:00:00", "", "38.00 EUR"),
        ("", "2020-01-01", "38.00 EUR"),
        ("tomorrow", "", "38.00 EUR"),
    ],
)
def test_a_sale_price_holds_in_its_days(begins, ends, price):
    row = woo_row(sale_price="30", date_sale_price_starts=begins, date_sale_price_ends=ends)
    assert str(only(row).variants[0].price) == price


def test_products_of_one_name_are_told_apart_by_their_numbers():
    assert [one.slug for one in read(woo_row(), woo_row(id="8"), woo_row(id="9", name="木"))] == [
        "trug",
        "trug-8",
        "product-9",
    ]


def test_what_was_sold_below_nothing_is_nothing():
    record = only(woo_row(stock="-3"))
    assert record.variants[0].opening_stock == 0
    assert record.metadata["woocommerce"]["Stock"] == "-3"


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (
            {"regular_price": "12,50"},
            ("line 2, Regular price: is not a decimal number such as 1234.50 ('12,50')"),
        ),
        (
            {"regular_price": "1.234,5"},
            ("line 2, Regular price: is not a decimal number such as 1234.50 ('1.234,5')"),
        ),
        (
            {"regular_price": "1e5"},
            ("line 2, Regular price: is not a decimal number such as 1234.50 ('1e5')"),
        ),
        (
            {"regular_price": "NaN"},
            ("line 2, Regular price: is not a decimal number such as 1234.50 ('NaN')"),
        ),
        (
            {"type": "subscription"},
            ("line 2, Type: is none of simple, variable, grouped and external ('subscription')"),
        ),
        (
            {"published": "yes"},
            ("line 2, Published: is none of 1 (public), 0 (private) and -1 (a draft) ('yes')"),
        ),
        ({"stock": "many"}, "line 2, Stock: is not a whole number ('many')"),
        (
            {"images": "ftp://a/b.jpg"},
            ("line 2, Images: holds neither a web address nor a path ('ftp://a/b.jpg')"),
        ),
        ({"name": ""}, "line 2, Name: is missing in the first row of the product"),
    ],
)
def test_what_cannot_be_read_is_refused(cells, fault):
    assert faults(woo_row(**cells)) == [fault]


def test_a_variation_without_its_parent_is_refused():
    assert faults(woo_row(), variation(parent="id:99")) == [
        "line 3, Parent: is a variation of a product that the file has not ('id:99')"
    ]


def test_a_sku_comes_once():
    assert faults(woo_row(sku="A"), woo_row(id="8", name="Fern", sku="A")) == [
        "line 3: its SKU was used before, at line 2 ('A')"
    ]
