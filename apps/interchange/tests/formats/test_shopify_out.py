"""What came from Shopify goes back to it."""

import csv
import io

import pytest
from django.utils import timezone

from apps.catalog.models import Product
from apps.catalog.tests.factories import ProductFactory, ProductImageFactory, VariantFactory
from apps.core.batches import in_batches
from apps.interchange import services
from apps.interchange.exporting import Kind, Layout, Wanted
from apps.interchange.formats.csv_text import unmarked
from apps.interchange.formats.lines import bounded_lines
from apps.interchange.formats.shopify import read_products
from apps.interchange.outlets import outlet_for
from apps.interchange.pictures import pictures_beside
from apps.inventory.tests.factories import StockItemFactory
from apps.stores.tests.factories import StoreHostFactory

WANTED = Wanted(kind=Kind.PRODUCTS, layout=Layout.SHOPIFY)
FILE = """\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,\
Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,\
Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,Variant Price,\
Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,\
Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description,\
Google Shopping / Gender,Variant Image,Variant Weight Unit,Cost per item
shirt,"Shirt, blue",<p>Soft &amp; <b>blue</b></p>,Loom,Shirts,"men, summer",true,Size,Small,\
Colour,Blue,,,SH-S,150,shopify,4,deny,manual,20.00,25.00,true,true,4006381333931,\
https://pictures.example/1.jpg,1,Front,false,Blue shirt,Soft,unisex,https://pictures.example/1.jpg,\
g,7.5
shirt,,,,,,,,Large,,Blue,,,SH-L,160,shopify,0,continue,manual,20.00,20.00,true,true,,\
https://pictures.example/2.jpg,2,,,,,,,g,8
shirt,,,,,,,,,,,,,,,,,,,,,,,,https://pictures.example/3.jpg,3,Back,,,,,,,
card,'=Card,,,,,false,Title,Default Title,,,,,CARD,,,2,deny,manual,10.00,,false,false,,,,,true,,,,,,
"""


def imported(text, store):
    records = read_products(bounded_lines(io.BytesIO(text.encode())), currency="EUR")
    load = pictures_beside("-")
    return services.import_products(
        store=store, records=records, load_picture=load, by=None, now=timezone.now()
    )


def exported(store):
    outlet = outlet_for(store=store, wanted=WANTED)
    return "".join(one.text for one in services.generate_export(outlet=outlet, read=in_batches))


def cells(text):
    rows = csv.DictReader(io.StringIO(text))
    return [{name: unmarked(cell) for name, cell in row.items()} for row in rows]


@pytest.mark.django_db
def test_every_cell_of_a_file_goes_back_to_its_column(store):
    assert str(imported(FILE, store)) == "2 created, 0 changed, 0 unchanged, 0 refused"

    before, after = cells(FILE), cells(exported(store))

    told = {name for row in before for name, cell in row.items() if cell}
    assert [{name: row.get(name) for name in told} for row in after] == [
        {name: row[name] for name in told} for row in before
    ]


@pytest.mark.django_db
def test_the_file_that_went_out_changes_nothing_when_it_comes_back(store):
    imported(FILE, store)
    first = exported(store)
    seen = Product.objects.order_by("pk").values_list("version", "metadata", "published_at")
    before = list(seen)

    assert str(imported(first, store)) == "0 created, 0 changed, 2 unchanged, 0 refused"

    assert (exported(store), list(seen)) == (first, before)


@pytest.mark.django_db
def test_what_was_never_at_shopify_gets_the_words_it_expects(store):
    StoreHostFactory(store=store, host="shop.example")
    variant = VariantFactory(product__store=store, product__slug="cup", sku="CUP")
    StockItemFactory(variant=variant, on_hand=7, reserved=2)
    ProductImageFactory(product=variant.product, source_url="", file="products/ab/cup.png")
    ProductFactory(store=store, slug="idea", published_at=None)

    cup, idea = cells(exported(store))

    assert (cup["Option1 Name"], cup["Option1 Value"]) == ("Title", "Default Title")
    assert (cup["Variant Inventory Tracker"], cup["Variant Inventory Policy"]) == (
        "shopify",
        "deny",
    )
    assert (cup["Variant Inventory Qty"], cup["Published"], cup["Status"]) == (
        "5",
        "true",
        "active",
    )
    assert cup["Image Src"] == "https://shop.example/media/products/ab/cup.png"
    assert (idea["Handle"], idea["Published"], idea["Status"]) == ("idea", "false", "draft")


@pytest.mark.django_db
def test_metadata_that_somebody_filled_otherwise_breaks_no_file(store):
    product = ProductFactory(store=store, metadata={"shopify": ["x"], "seo": "y"})
    VariantFactory(product=product, metadata={"shopify": {"Title": "z", "gift card": 1}})

    (row,) = cells(exported(store))

    assert (row["Title"], row["SEO Title"]) == (product.title, "")
    assert row["gift card"] == "1"
