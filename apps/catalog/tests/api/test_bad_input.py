"""Every write route against what strangers send: a 4xx problem, and nothing has changed."""

from uuid import UUID

import pytest

from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductFactory,
    ProductImageFactory,
    VariantFactory,
)
from apps.events.models import OutboxEvent
from apps.stores.tests.factories import StoreFactory

GOOD = {
    "categories": {"name": "Cups"},
    "products": {"title": "Cup"},
    "variants": {"sku": "CUP", "price": {"amount": "1.00", "currency": "EUR"}},
    "images": {"source_url": "https://pictures.example/cup.jpg"},
}
BAD = {
    "categories": [
        {"name": ""},
        {"name": None},
        {"name": ["a"]},
        {"name": {"a": 1}},
        {"name": "a" * 201},
        {"name": "a", "slug": "not a slug"},
        {"name": "a", "slug": "a" * 201},
        {"name": "a", "slug": ""},
        {"name": "a", "position": -1},
        {"name": "a", "position": 10**20},
        {"name": "a", "position": "first"},
        {"name": "a", "parent": 7},
        {"name": "a", "parent": "nowhere"},
        {"name": "a", "parent": ["home"]},
    ],
    "products": [
        {"title": ""},
        {"title": None},
        {"title": True},
        {"title": "a" * 256},
        {"title": "a", "description": "a" * 50_001},
        {"title": "a", "description": "&" * 20_000},
        {"title": "a", "vendor": "a" * 256},
        {"title": "a", "tags": "blue"},
        {"title": "a", "tags": [["blue"]]},
        {"title": "a", "tags": ["a" * 101]},
        {"title": "a", "tags": ["a"] * 101},
        {"title": "a", "options": ["a", "b", "c", "d"]},
        {"title": "a", "options": ["Size", "size"]},
        {"title": "a", "options": [""]},
        {"title": "a", "options": ["a" * 51]},
        {"title": "a", "categories": "home"},
        {"title": "a", "categories": [None]},
        {"title": "a", "categories": ["a"] * 101},
        {"title": "a", "is_featured": "perhaps"},
        {"title": "a", "published_at": "soon"},
        {"title": "a", "published_at": "99999-01-01T00:00:00Z"},
        {"title": "a", "metadata": []},
        {"title": "a", "metadata": {"a": "a" * 40_000}},
    ],
    "variants": [
        GOOD["variants"] | {"sku": ""},
        GOOD["variants"] | {"sku": "a" * 101},
        GOOD["variants"] | {"price": "1.00"},
        GOOD["variants"] | {"price": 1},
        GOOD["variants"] | {"price": None},
        GOOD["variants"] | {"price": {"amount": 1.0, "currency": "EUR"}},
        GOOD["variants"] | {"price": {"amount": "-1.00", "currency": "EUR"}},
        GOOD["variants"] | {"price": {"amount": "1.001", "currency": "EUR"}},
        GOOD["variants"] | {"price": {"amount": "NaN", "currency": "EUR"}},
        GOOD["variants"] | {"price": {"amount": "1" * 16, "currency": "EUR"}},
        GOOD["variants"] | {"price": {"amount": "1.00", "currency": "euro"}},
        GOOD["variants"] | {"price": {"amount": "1.00", "currency": "USD"}},
        GOOD["variants"] | {"compare_at": "2.00"},
        GOOD["variants"] | {"option_values": ["M"]},
        GOOD["variants"] | {"option_values": "M"},
        GOOD["variants"] | {"weight_grams": -1},
        GOOD["variants"] | {"weight_grams": 2**31},
        GOOD["variants"] | {"barcode": "1" * 51},
        GOOD["variants"] | {"metadata": "none"},
    ],
    "images": [
        {"source_url": ""},
        {"source_url": "pictures"},
        {"source_url": "javascript:alert(1)"},
        {"source_url": "ftp://pictures.example/cup.jpg"},
        {"source_url": "https://pictures.example/" + "a" * 2000},
        GOOD["images"] | {"alt": "a" * 501},
        GOOD["images"] | {"position": -1},
        {"file": "cup.jpg"},
    ],
}
FORBIDDEN = ["id", "store", "version", "in_stock", "first_sold_at", "deleted_at", "created_at"]


@pytest.fixture
def routes(store):
    """The address of each collection, and of one row in it."""
    category = CategoryFactory(store=store, name="Before")
    product = ProductFactory(store=store, slug="before", title="Before")
    variant = VariantFactory(product=product, title="Before", option_values=["Before"])
    image = ProductImageFactory(product=product, alt="Before")
    return {
        "categories": ("/api/v1/categories", category.public_id),
        "products": ("/api/v1/products", product.public_id),
        "variants": ("/api/v1/products/before/variants", variant.public_id),
        "images": ("/api/v1/products/before/images", image.public_id),
    }


@pytest.fixture
def unchanged(routes):
    def state():
        return [
            list(model.objects.order_by("pk").values())
            for model in (Category, Product, Variant, ProductImage)
        ] + [OutboxEvent.objects.count()]

    before = state()
    yield
    assert state() == before


def refused(answer, *statuses):
    assert answer.status_code in statuses, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", GOOD)
def test_an_empty_body_is_refused(staff_client, routes, name):
    collection, row = routes[name]

    assert refused(staff_client.post(collection, {}), 400)["code"] == "validation_error"
    assert refused(staff_client.patch(f"{collection}/{row}", {}), 400)["code"] == "validation_error"


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("name", "body"), [(name, body) for name in BAD for body in BAD[name]])
def test_a_body_that_makes_no_sense_is_refused(staff_client, routes, name, body):
    collection, row = routes[name]
    wrong = {k: v for k, v in body.items() if GOOD[name].get(k, ...) != v} or body

    refused(staff_client.post(collection, body), 400, 422)
    refused(staff_client.patch(f"{collection}/{row}", wrong), 400, 422)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"{", 400),
        (b'{"title": "a\\u0000", "name": "a\\u0000", "sku": "a\\u0000", "alt": "a\\u0000"}', 400),
        (b'{"title": "\\ud800", "name": "\\ud800", "sku": "\\ud800", "alt": "\\ud800"}', 400),
        (b'{"metadata": ' + b"[" * 100 + b"]" * 100 + b"}", 400),
        (b'{"title": "' + b"a" * 1024 * 1024 + b'"}', 413),
    ],
    ids=["nothing", "null", "list", "string", "broken", "NUL", "surrogate", "deep", "huge"],
)
def test_a_body_that_is_no_good_json_is_refused(staff_client, routes, name, raw, status):
    collection, row = routes[name]

    for send, address in (
        (staff_client.post, collection),
        (staff_client.patch, f"{collection}/{row}"),
    ):
        refused(send(address, raw, content_type="application/json"), status)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("field", FORBIDDEN)
def test_a_field_that_is_not_for_callers_is_refused(staff_client, routes, name, field):
    collection, row = routes[name]

    for answer in (
        staff_client.post(collection, GOOD[name] | {field: "1"}),
        staff_client.patch(f"{collection}/{row}", {field: "1"}),
    ):
        errors = refused(answer, 400)["errors"]
        assert errors == [
            {"field": field, "code": "unknown_field", "detail": "This field is not known."}
        ]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", GOOD)
def test_only_staff_write(anonymous, shopper_client, routes, name):
    collection, row = routes[name]

    for client, status in ((anonymous, 401), (shopper_client, 403)):
        refused(client.post(collection, GOOD[name]), status)
        refused(client.patch(f"{collection}/{row}", GOOD[name]), status)
        refused(client.delete(f"{collection}/{row}"), status)


@pytest.mark.parametrize("name", GOOD)
def test_what_belongs_to_another_store_is_not_there(staff_client, store, name):
    theirs = StoreFactory()
    product = ProductFactory(store=theirs)
    rows = {
        "categories": CategoryFactory(store=theirs),
        "products": product,
        "variants": VariantFactory(product=product),
        "images": ProductImageFactory(product=product),
    }
    below = f"/api/v1/products/{product.public_id}/{name}"
    collection = f"/api/v1/{name}" if name in {"categories", "products"} else below
    address = f"{collection}/{rows[name].public_id}"

    refused(staff_client.get(address), 404)
    refused(staff_client.patch(address, GOOD[name]), 404)
    refused(staff_client.delete(address), 404)
    if collection == below:
        refused(staff_client.get(collection), 404)
        refused(staff_client.post(collection, GOOD[name]), 404)
    after = type(rows[name]).objects.get(pk=rows[name].pk)
    assert after.version == 1
    assert not OutboxEvent.objects.exists()


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("bad", [UUID(int=0), "a" * 250, "a%00b", "1", "%F0%9F%92%A9", "..", "a'"])
def test_a_bad_id_is_not_found(staff_client, routes, name, bad):
    collection, _ = routes[name]

    refused(staff_client.get(f"{collection}/{bad}"), 404)
    refused(staff_client.delete(f"{collection}/{bad}"), 404)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", GOOD)
def test_other_verbs_and_formats_are_refused(staff_client, routes, name):
    collection, row = routes[name]

    refused(staff_client.put(f"{collection}/{row}", GOOD[name]), 405)
    refused(staff_client.delete(collection), 405)
    refused(staff_client.post(collection, "a=b", content_type="text/csv"), 415)
