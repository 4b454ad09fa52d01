"""Nobody who asks after a write is given what was there before it."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.tests.factories import UserFactory
from apps.backoffice.tests.frozen import closed_port
from apps.catalog import services as catalog
from apps.catalog.models import Product
from apps.catalog.tests.factories import CategoryFactory, ProductFactory, VariantFactory
from apps.core import answer_cache
from apps.core.answer_cache import CacheAway
from apps.core.money import Money
from apps.events import outdating
from apps.events import services as events
from apps.stores.events import StoreUpdated
from tests.threads import at_once

pytestmark = pytest.mark.usefixtures("kept_answers")

CUP, ALL, TREE = "/api/v1/products/cup", "/api/v1/products", "/api/v1/categories"
PICTURE = "https://pictures.example/cup.jpg"


def read(path: str = CUP) -> tuple[str, bytes]:
    answer = APIClient().get(path)
    assert answer.status_code == 200
    return answer["X-Cache-Hit"], answer.content


def title() -> tuple[str, str]:
    answer = APIClient().get(CUP)
    return answer["X-Cache-Hit"], answer.json()["title"]


@pytest.fixture
def cup(store):
    product = ProductFactory(store=store, slug="cup", title="Cup", options=["Size"])
    product.categories.add(CategoryFactory(store=store, slug="kitchen", name="Kitchen"))
    VariantFactory(product=product, in_stock=True, option_values=["S"])
    return product


def rename(product: Product, name: str) -> None:
    catalog.update_product(store=product.store, product_id=product.pk, by=None, title=name)


# --- which write ends which answers
def _variant(product):
    return product.variants.get()


def _place(product):
    return {"store": product.store, "product_id": product.pk, "by": None}


WRITES = {
    "title": lambda p: rename(p, "Goblet"),
    "unfeatured": lambda p: catalog.update_product(**_place(p), is_featured=not p.is_featured),
    "price": lambda p: catalog.update_variant(
        **_place(p), variant_id=_variant(p).pk, price=Money(Decimal("7.00"), "EUR")
    ),
    "another variant": lambda p: catalog.create_variant(
        **_place(p), sku="CUP-L", price=Money(Decimal("1.00"), "EUR"), option_values=["L"]
    ),
    "no variant": lambda p: catalog.delete_variant(
        **_place(p), variant_id=_variant(p).pk, now=timezone.now()
    ),
    "picture": lambda p: catalog.add_image(**_place(p), source_url=PICTURE),
    "stock": lambda p: catalog.record_availability(in_stock=[], out_of_stock=[_variant(p).pk]),
    "review": lambda p: catalog.create_review(
        **_place(p),
        author=UserFactory(store=p.store),
        now=timezone.now(),
        rating=Decimal("4.5"),
    ),
    "category": lambda p: catalog.update_category(
        store=p.store, category_id=p.categories.get().pk, by=None, name="Tableware"
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_each_write_ends_what_shows_it(cup, write, django_capture_on_commit_callbacks):
    before = {path: read(path)[1] for path in (CUP, ALL)}

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        write(cup)

    for path in (CUP, ALL):
        hit, content = read(path)
        assert hit == "false"
        assert content != before[path]


@pytest.mark.django_db
def test_a_category_ends_the_tree_and_a_product_does_not(cup, django_capture_on_commit_callbacks):
    read(TREE)
    with django_capture_on_commit_callbacks(execute=True):
        rename(cup, "Goblet")
    assert read(TREE)[0] == "true"
    with django_capture_on_commit_callbacks(execute=True):
        catalog.create_category(store=cup.store, by=None, name="Garden")
    assert read(TREE)[0] == "false"


@pytest.mark.django_db
def test_another_product_ends_lists_and_no_other_page(cup, django_capture_on_commit_callbacks):
    read(CUP)
    read(ALL)
    with django_capture_on_commit_callbacks(execute=True):
        catalog.create_product(
            store=cup.store, by=None, title="Mug", published_at=timezone.now() - timedelta(days=1)
        )
    assert (read(CUP)[0], read(ALL)[0]) == ("true", "false")
    assert b"Mug" in read(ALL)[1]


@pytest.mark.django_db
@pytest.mark.parametrize("gone", [catalog.unpublish_products, None], ids=["unpublished", "deleted"])
def test_what_is_shown_no_more_is_not_shown(cup, gone, django_capture_on_commit_callbacks):
    read(CUP)
    with django_capture_on_commit_callbacks(execute=True):
        if gone:
            gone(store=cup.store, product_ids=[cup.pk], by=None)
        else:
            catalog.delete_product(**_place(cup), now=timezone.now())
    assert APIClient().get(CUP).status_code == 404


@pytest.mark.django_db
def test_a_change_of_the_store_ends_all_of_its_answers(cup, django_capture_on_commit_callbacks):
    paths = (CUP, ALL, TREE, "/api/v1/recommendations")
    for path in paths:
        read(path)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        events.publish(StoreUpdated(aggregate_id=cup.store.public_id), store=cup.store)
    assert [read(path)[0] for path in paths] == ["false"] * 4


@pytest.mark.django_db
def test_many_writes_of_one_transaction_are_told_once(
    cup, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    outdate = answer_cache.outdate
    monkeypatch.setattr(
        answer_cache,
        "outdate",
        lambda tags, *, told_by: told.append(tags) or outdate(tags, told_by=told_by),
    )
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for name in ("A", "B", "C"):
            rename(cup, name)
    assert [len(tags) for tags in told] == [2]

    monkeypatch.setattr(outdating, "MOST_TAGS", 1)
    read(TREE)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        rename(cup, "D")
    assert told[1] == {f"store:{cup.store.public_id}"}
    assert read(TREE)[0] == "false"


# --- at the same time
def read_across_a_write(cup, monkeypatch) -> tuple[str, str]:
    """A reader has read, and keeps what it has read after somebody else's write. What is read
    then?"""
    keep = answer_cache.keep_answer
    has_read, has_written = threading.Event(), threading.Event()

    def keep_late(*args, **kwargs):
        monkeypatch.setattr(answer_cache, "keep_answer", keep)
        has_read.set()
        assert has_written.wait(30)
        keep(*args, **kwargs)

    monkeypatch.setattr(answer_cache, "keep_answer", keep_late)

    def slow_reader():
        try:
            seen.append(title())
        finally:
            connections.close_all()

    seen: list[tuple[str, str]] = []
    reader = threading.Thread(target=slow_reader)
    reader.start()
    assert has_read.wait(30)
    rename(cup, "Goblet")
    has_written.set()
    reader.join()
    assert seen == [("false", "Cup")]
    return title()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_slow_reader_does_not_bring_back_what_was_there_before_a_write(cup, monkeypatch):
    assert read_across_a_write(cup, monkeypatch) == ("false", "Goblet")
    assert title() == ("true", "Goblet")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_with_tokens_that_are_taken_after_reading_it_would(cup, monkeypatch):
    keep = answer_cache.keep_answer

    def with_late_tokens(key, answer, *, tokens, seconds):
        keep(key, answer, tokens=answer_cache.tokens_of(tokens), seconds=seconds)

    monkeypatch.setattr(answer_cache, "keep_answer", with_late_tokens)
    assert read_across_a_write(cup, monkeypatch) == ("true", "Cup")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_whoever_asks_after_a_write_has_ended_sees_it_or_a_later_one(cup):
    written = [0]

    def write() -> int:
        for number in range(1, 26):
            rename(cup, str(number))
            written[0] = number
        return 0

    def watch() -> int:
        too_old = 0
        while written[0] < 25:
            least = written[0]
            seen = APIClient().get(CUP).json()["title"]
            too_old += seen != "Cup" and int(seen) < least
        return too_old

    assert at_once(write, watch, watch, watch) == [0, 0, 0, 0]
    assert title()[1] == "25"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_readers_at_once_one_renders(cup, settings, monkeypatch):
    settings.ANSWER_WAIT_SECONDS = 60
    kept = []
    keep = answer_cache.keep_answer
    monkeypatch.setattr(
        answer_cache, "keep_answer", lambda *args, **more: kept.append(1) or keep(*args, **more)
    )
    answers = at_once(*[read] * 12)
    assert len({content for _, content in answers}) == 1
    assert sorted(hit for hit, _ in answers) == ["false"] + ["true"] * 11
    assert len(kept) == 1


# --- what goes wrong between the commit and Redis
@pytest.mark.django_db(transaction=True)
def test_a_process_that_ends_after_the_commit_is_made_up_for_by_the_feed(cup, monkeypatch):
    title()
    with monkeypatch.context() as dying:
        dying.setattr(outdating, "_outdate", lambda: None)
        rename(cup, "Goblet")
    outdating._pending.take()  # with its process
    assert title() == ("true", "Cup")

    events.number_events()
    assert events.forget_answers() == 1

    assert title() == ("false", "Goblet")


@pytest.mark.django_db(transaction=True)
def test_a_redis_that_was_away_is_told_when_it_is_back(cup, settings):
    title()
    caches = settings.CACHES
    away = caches["answers"] | {"LOCATION": f"redis://127.0.0.1:{closed_port()}/0"}
    settings.CACHES = caches | {"answers": away}
    rename(cup, "Goblet")
    assert title() == ("false", "Goblet")
    events.number_events()
    with pytest.raises(CacheAway):
        events.forget_answers()
    settings.CACHES = caches
    answer_cache.forget()
    assert title() == ("true", "Cup")  # until the relay has run

    assert events.forget_answers() == 1

    assert title() == ("false", "Goblet")


@pytest.mark.django_db(transaction=True)
def test_what_was_told_after_the_commit_is_not_told_again(cup):
    rename(cup, "Goblet")
    title()
    events.number_events()
    assert events.forget_answers() == 1
    assert title() == ("true", "Goblet")


@pytest.mark.django_db(transaction=True)
def test_a_write_that_is_undone_ends_nothing(cup):
    title()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        rename(cup, "Goblet")
        1 / 0  # noqa: B018
    assert title() == ("true", "Cup")
