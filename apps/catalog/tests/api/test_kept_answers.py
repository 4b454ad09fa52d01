"""Answers about the catalogue that are kept: for whom, until when, and at what cost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_redis import get_redis_connection
from rest_framework.test import APIClient

from apps.accounts.tests.factories import UserFactory
from apps.backoffice.tests.frozen import closed_port, frozen_server
from apps.catalog import services as catalog
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductFactory,
    ProductImageFactory,
    VariantFactory,
)
from apps.core import answer_cache
from apps.stores.tests.factories import StoreFactory, StoreHostFactory
from conftest import client_of
from tests.statements import at_most

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_answers")]

PRODUCTS, CATEGORIES = "/api/v1/products", "/api/v1/categories"


@pytest.fixture
def cup(store):
    product = ProductFactory(store=store, slug="cup", title="Cup")
    product.categories.add(CategoryFactory(store=store, slug="kitchen"))
    VariantFactory(product=product, in_stock=True)
    ProductImageFactory(product=product)
    return product


def hits(client, path: str, times: int = 2, **query: str) -> list[str]:
    return [client.get(path, query)["X-Cache-Hit"] for _ in range(times)]


READS = [
    "/api/v1/products/cup",
    "/api/v1/products",
    "/api/v1/products/featured",
    "/api/v1/categories",
    "/api/v1/categories/kitchen",
    "/api/v1/recommendations",
    "/api/v1/products/cup/recommendations",
]


@pytest.mark.parametrize("path", READS)
def test_the_second_reader_is_given_the_same_bytes_without_a_statement(anonymous, cup, path):
    with at_most(6):
        first = anonymous.get(path)
    with at_most(0):
        second = APIClient().get(path)

    assert (first["X-Cache-Hit"], second["X-Cache-Hit"]) == ("false", "true")
    assert (second.status_code, second.content) == (200, first.content)
    for header in ("ETag", "Content-Type", "Vary", "Allow", "X-Frame-Options"):
        assert second[header] == first[header]
    assert second["X-Request-ID"] != first["X-Request-ID"]


@pytest.mark.parametrize("path", READS)
def test_what_is_kept_is_what_would_be_rendered(anonymous, cup, settings, path):
    anonymous.get(path)
    kept = anonymous.get(path)
    settings.ANSWER_SECONDS = dict.fromkeys(settings.ANSWER_SECONDS, 0)
    rendered = anonymous.get(path)

    assert (kept["X-Cache-Hit"], rendered["X-Cache-Hit"]) == ("true", "false")
    assert (rendered.content, rendered["ETag"]) == (kept.content, kept["ETag"])
    assert rendered["Content-Type"] == kept["Content-Type"]


@pytest.mark.parametrize("path", READS)
def test_who_has_it_is_told_so_whether_it_is_kept_or_not(anonymous, cup, path):
    tag = anonymous.get(path)["ETag"]

    for known in (tag, f"W/{tag}", f'"x", {tag}'):
        again = anonymous.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
        assert again["X-Cache-Hit"] == "true"
    assert anonymous.get(path, headers={"If-None-Match": '"0123456789abcdef"'}).status_code == 200


def test_others_wait_for_what_is_kept_alone(anonymous, cup, monkeypatch, settings):
    ended = []
    monkeypatch.setattr(answer_cache, "release_claim", lambda _, *, is_kept: ended.append(is_kept))
    assert anonymous.get("/api/v1/products/nowhere").status_code == 404
    assert anonymous.get("/api/v1/products?page_size=0").status_code == 400
    assert anonymous.get("/api/v1/products/cup").status_code == 200
    settings.ANSWER_MOST_BYTES = 10
    assert anonymous.get("/api/v1/products").status_code == 200

    assert ended == [False, False, True, False]


def test_who_has_it_is_told_so_at_a_miss_too(anonymous, cup, settings):
    tag = anonymous.get(READS[0])["ETag"]
    settings.ANSWER_GENERATION += "x"
    again = anonymous.get(READS[0], headers={"If-None-Match": tag})
    assert (again.status_code, again["X-Cache-Hit"]) == (304, "false")
    assert hits(anonymous, READS[0], 1) == ["true"]


def test_a_kept_answer_to_head_has_no_body(anonymous, cup):
    anonymous.get(READS[0])
    answer = anonymous.head(READS[0])
    assert (answer.status_code, answer["X-Cache-Hit"], answer.content) == (200, "true", b"")


def test_a_shopper_costs_the_statement_that_knows_them(anonymous, shopper_client, cup):
    anonymous.get(READS[0])
    with at_most(1):
        answer = shopper_client.get(READS[0])
    assert answer["X-Cache-Hit"] == "true"


@pytest.mark.parametrize("path", ["/api/v1/products/cup", "/api/v1/products"])
def test_staff_are_shown_what_is_now_and_leave_nothing_behind(
    anonymous, staff_client, store, cup, path
):
    ProductFactory(store=store, slug="draft", published_at=None)
    assert hits(staff_client, path) == ["false", "false"]
    assert b"draft" not in anonymous.get(path).content
    assert hits(staff_client, path, 1) == ["false"]


def test_what_is_not_there_is_not_kept(anonymous, store):
    missing = anonymous.get("/api/v1/products/mug")
    assert missing.status_code == 404
    assert "X-Cache-Hit" not in missing
    ProductFactory(store=store, slug="mug")
    assert anonymous.get("/api/v1/products/mug").status_code == 200


def test_a_product_is_seen_from_the_moment_it_is_published(anonymous, store):
    path = "/api/v1/products/mug"
    product = ProductFactory(
        store=store, slug="mug", published_at=timezone.now() + timedelta(hours=1)
    )
    assert anonymous.get(path).status_code == 404
    product.published_at = timezone.now()
    product.save()
    assert anonymous.get(path).status_code == 200


# --- what makes another answer
def test_hosts_and_schemes_have_answers_of_their_own(anonymous, store):
    ProductFactory.create_batch(2, store=store)
    path = f"{PRODUCTS}?page_size=1"
    answers = [
        anonymous.get(path),
        anonymous.get(path, secure=True),
        anonymous.get(path, headers={"Host": "shop.example"}),
    ]
    assert [one["X-Cache-Hit"] for one in answers] == ["false"] * 3
    assert [one.json()["next"].partition("/api/")[0] for one in answers] == [
        "http://testserver",
        "https://testserver",
        "http://shop.example",
    ]


def test_stores_have_answers_of_their_own(anonymous, cup):
    other = StoreFactory()
    StoreHostFactory(store=other, host="other.example")
    ProductFactory(store=other, slug="cup", title="Goblet")
    for _ in range(2):
        answer = anonymous.get(READS[0], headers={"Host": "other.example"})
        assert answer.json()["title"] == "Goblet"
        assert anonymous.get(READS[0]).json()["title"] == "Cup"


def test_filters_have_answers_of_their_own_in_whatever_order(anonymous, cup):
    one = f"{PRODUCTS}?vendor=A&ordering=price"
    assert hits(anonymous, one) == ["false", "true"]
    assert hits(anonymous, f"{PRODUCTS}?ordering=price&vendor=A", 1) == ["true"]
    assert hits(anonymous, f"{PRODUCTS}?ordering=price&vendor=a", 1) == ["false"]
    assert hits(anonymous, f"{PRODUCTS}?ordering=price&vendor=A&vendor=B", 1) == ["false"]


@pytest.mark.parametrize(
    "query",
    [{"search": "cup"}, {"page": "2", "page_size": "1"}, {"vendor": "x" * 200}],
    ids=["free text", "second page", "many words"],
)
def test_what_can_be_asked_in_any_number_of_ways_is_not_kept(anonymous, store, query):
    ProductFactory.create_batch(2, store=store)
    first, second = (anonymous.get(PRODUCTS, query) for _ in range(2))
    assert (first["X-Cache-Hit"], second["X-Cache-Hit"]) == ("false", "false")
    assert first["ETag"] == second["ETag"]


def test_an_answer_in_another_dress_is_not_kept(anonymous, cup):
    indented = {"Accept": "application/json; indent=2"}
    anonymous.get(READS[0])
    answer = anonymous.get(READS[0], headers=indented)
    assert answer["X-Cache-Hit"] == "false"
    assert answer.content.startswith(b"{\n  ")


def test_a_refused_query_is_refused_each_time(anonymous, store):
    for _ in range(2):
        assert anonymous.get(PRODUCTS, {"price_min": "x"}).status_code == 400
    assert anonymous.get("/api/v1/recommendations", {"page_size": "x"}).status_code == 400


def test_what_is_too_large_is_not_kept(anonymous, cup, settings):
    settings.ANSWER_MOST_BYTES = 100
    assert hits(anonymous, READS[0]) == ["false", "false"]


def test_what_goes_with_a_guests_cart_is_not_kept(anonymous, cup):
    token = {"X-Cart-Token": "x" * 43}
    answers = [anonymous.get("/api/v1/recommendations", headers=token) for _ in range(2)]
    assert [one["X-Cache-Hit"] for one in answers] == ["false", "false"]


def test_recommendations_are_each_persons_own(shopper, cup):
    other = UserFactory(store=shopper.store)
    for person in (shopper, other):
        assert hits(client_of(person), "/api/v1/recommendations") == ["false", "true"]
    assert hits(APIClient(), "/api/v1/recommendations", 1) == ["false"]


def test_each_resource_has_a_time_of_its_own_and_can_be_turned_off(anonymous, cup, settings):
    settings.ANSWER_SECONDS = settings.ANSWER_SECONDS | {"product": 0}
    assert hits(anonymous, READS[0]) == ["false", "false"]
    assert hits(anonymous, PRODUCTS) == ["false", "true"]


# --- what is not committed
def test_what_is_read_inside_a_transaction_is_not_kept(anonymous, cup, monkeypatch):
    monkeypatch.setattr("apps.core.cached_answers.in_transaction", lambda: True)
    assert hits(anonymous, READS[0]) == ["false", "false"]


def test_a_slug_that_has_moved_meanwhile_is_not_kept_for_the_wrong_product(
    anonymous, store, cup, monkeypatch
):
    """Between finding the id behind the slug and reading, another product takes the slug."""
    mug = ProductFactory(store=store, slug="mug", title="Mug")
    tokens_of = answer_cache.tokens_of

    def move_slug(tags):
        for product, slug in ((cup, "old-cup"), (mug, "cup")):
            catalog.update_product(store=store, product_id=product.pk, by=None, slug=slug)
        monkeypatch.undo()
        return tokens_of(tags)

    monkeypatch.setattr(answer_cache, "tokens_of", move_slug)
    assert anonymous.get(READS[0]).json()["title"] == "Mug"
    assert hits(anonymous, READS[0]) == ["false", "true"]


# --- without Redis
@pytest.mark.parametrize("dead", [True, False], ids=["dead", "frozen"])
def test_without_redis_answers_are_right_and_a_flush_is_no_harm(anonymous, cup, settings, dead):
    anonymous.get(READS[0])
    caches = settings.CACHES
    with frozen_server() as port:
        address = f"redis://127.0.0.1:{closed_port() if dead else port}/0?socket_timeout=0.25"
        away = caches["answers"] | {"LOCATION": address}
        settings.CACHES = caches | {"answers": away}
        for path in READS:
            answer = anonymous.get(path)
            assert (answer.status_code, answer["X-Cache-Hit"]) == (200, "false")
            assert answer["ETag"]
    settings.CACHES = caches
    answer_cache.forget()
    assert hits(anonymous, READS[0], 1) == ["true"]

    get_redis_connection("answers").flushdb()

    assert hits(anonymous, READS[0]) == ["false", "true"]


# --- metrics
def test_hits_and_misses_are_counted(anonymous, cup, settings):
    settings.INTERNAL_IPS = ["127.0.0.1"]

    def count(outcome: str) -> float:
        lines = anonymous.get("/metrics").content.decode().splitlines()
        name = f'tradepost_cached_answers_total{{outcome="{outcome}",resource="product"}} '
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    before = count("hit"), count("miss")
    hits(anonymous, READS[0], 3)
    assert (count("hit") - before[0], count("miss") - before[1]) == (2, 1)
