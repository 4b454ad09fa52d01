from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.catalog import services as catalog
from apps.catalog.models import Product, Variant
from apps.catalog.tests.factories import CategoryFactory, ProductImageFactory, listed
from apps.events import services as events
from apps.orders import services as orders
from apps.orders.models import Cart, Order
from apps.recommendations import taste
from apps.recommendations.tests.factories import (
    CoPurchaseFactory,
    SimilarProductsFactory,
    buy,
    sell,
)
from apps.stores.tests.factories import StoreFactory, StoreHostFactory
from conftest import client_of
from tests.statements import at_most

FOR_ME = "/api/v1/recommendations"


def beside(product) -> str:
    return f"/api/v1/products/{product.slug}/recommendations"


def slugs(client, url, *, token: str = "", **query) -> list[str]:
    answer = client.get(url, query, **({"HTTP_X_CART_TOKEN": token} if token else {}))
    assert answer.status_code == 200
    return [product["slug"] for product in answer.json()]


def bought_together(product, **others: int) -> None:
    for slug, count in others.items():
        other = product.__class__.objects.get(slug=slug, store=product.store)
        CoPurchaseFactory(product=product, other=other, count=count)
        CoPurchaseFactory(product=other, other=product, count=count)


def found_beside(product, **others: float) -> None:
    """What an engine has found."""
    keys = dict(Product.objects.for_store(product.store).values_list("slug", "pk"))
    SimilarProductsFactory(
        product=product, others=[keys[slug] for slug in others], scores=list(others.values())
    )


def popular(**scores: float) -> None:
    keys = dict(Product.objects.values_list("slug", "pk"))
    with transaction.atomic():
        catalog.record_popularity(scores={keys[slug]: score for slug, score in scores.items()})


def put_into_cart(client, product) -> str:
    """The token of a guest's cart."""
    variant = product.variants.get().public_id
    answer = client.post("/api/v1/cart/items", {"variant_id": variant, "quantity": 1})
    assert answer.status_code == 201
    return answer.headers.get("X-Cart-Token", "")


@pytest.fixture
def goods(store):
    return {title: sell(store, title) for title in ("mug", "tea", "pot", "cup")}


# --- beside a product ----------------------------------------------------------------------------
def test_shows_what_is_bought_together_most_first(anonymous, goods):
    bought_together(goods["mug"], tea=2, pot=5)
    assert slugs(anonymous, beside(goods["mug"])) == ["pot", "tea"]


def test_equal_scores_go_to_what_was_there_first(anonymous, goods):
    bought_together(goods["mug"], cup=1, pot=1, tea=1)
    assert slugs(anonymous, beside(goods["mug"])) == ["tea", "pot", "cup"]


def test_learns_from_what_people_buy(anonymous, shopper, goods):
    buy(shopper, goods["mug"], goods["tea"])
    assert slugs(anonymous, beside(goods["mug"])) == []
    events.deliver_pending()
    assert slugs(anonymous, beside(goods["mug"])) == ["tea"]


def test_shows_what_an_engine_has_found_then_what_was_bought_together_since(anonymous, goods):
    found_beside(goods["mug"], cup=0.5, pot=0.25)
    bought_together(goods["mug"], pot=9, tea=1)
    assert slugs(anonymous, beside(goods["mug"])) == ["cup", "pot", "tea"]


def test_leaves_out_what_speaks_against_each_other(anonymous, goods):
    found_beside(goods["mug"], cup=0.5, pot=-0.25)
    assert slugs(anonymous, beside(goods["mug"])) == ["cup"]


def test_popular_products_of_the_same_category_follow_then_featured_ones(anonymous, store, goods):
    kitchen = CategoryFactory(store=store)
    for title in ("mug", "pot", "cup"):
        goods[title].categories.add(kitchen)
        listed(goods[title])
    bought_together(goods["mug"], tea=1)
    sell(store, "lamp", is_featured=True)
    sell(store, "desk")
    assert slugs(anonymous, beside(goods["mug"])) == ["tea", "cup", "pot", "lamp"]
    popular(pot=0.1)
    assert slugs(anonymous, beside(goods["mug"])) == ["tea", "pot", "cup", "lamp"]


def test_leaves_out_what_is_in_the_cart_of_a_person(anonymous, shopper_client, goods):
    found_beside(goods["mug"], cup=0.5, pot=0.25)
    put_into_cart(shopper_client, goods["cup"])
    assert slugs(shopper_client, beside(goods["mug"])) == ["pot"]
    assert slugs(anonymous, beside(goods["mug"])) == ["cup", "pot"]


def test_leaves_out_what_is_in_the_cart_of_a_guest(anonymous, goods):
    found_beside(goods["mug"], cup=0.5, pot=0.25)
    token = put_into_cart(anonymous, goods["cup"])
    assert slugs(anonymous, beside(goods["mug"]), token=token) == ["pot"]
    assert slugs(anonymous, beside(goods["mug"]), token="somebody else's") == ["cup", "pot"]


def test_where_everything_is_sold_out_nothing_is_shown(anonymous, shopper_client, goods):
    found_beside(goods["mug"], cup=0.5, pot=0.25, tea=0.1)
    Variant.objects.update(in_stock=False)
    listed(*goods.values())
    for client in (anonymous, shopper_client):
        assert slugs(client, beside(goods["mug"])) == []
        assert slugs(client, FOR_ME) == []


def test_shows_nothing_twice_and_never_the_product_itself(anonymous, store):
    kitchen = CategoryFactory(store=store)
    mug, tea = (sell(store, title, is_featured=True) for title in ("mug", "tea"))
    mug.categories.add(kitchen, CategoryFactory(store=store))
    tea.categories.add(*mug.categories.all())
    bought_together(mug, tea=3)
    assert slugs(anonymous, beside(mug)) == ["tea"]


def test_shows_only_what_can_be_bought_now(anonymous, store, goods):
    now = timezone.now()
    bought_together(goods["mug"], tea=4, pot=3, cup=2)
    Variant.objects.filter(product=goods["tea"]).update(in_stock=False)
    for title, change in (
        ("pot", {"published_at": now + timedelta(hours=1)}),
        ("cup", {"deleted_at": now}),
    ):
        goods[title].__class__.objects.filter(pk=goods[title].pk).update(**change)
    listed(*goods.values())
    sell(store, "hidden", is_featured=True, published_at=None)
    sell(store, "sold-out", is_featured=True, on_hand=0)
    assert slugs(anonymous, beside(goods["mug"])) == []


def test_finds_the_product_by_its_id_too(anonymous, goods):
    bought_together(goods["mug"], tea=1)
    url = f"/api/v1/products/{goods['mug'].public_id}/recommendations"
    assert slugs(anonymous, url) == ["tea"]


@pytest.mark.parametrize("reference", ["fe449f90-bbb4-489b-b646-9dd543ae936e", "nothing", "17"])
def test_a_product_that_does_not_exist_is_404(anonymous, goods, reference):
    answer = anonymous.get(f"/api/v1/products/{reference}/recommendations")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_product_that_is_not_published_is_404_for_the_public(anonymous, staff_client, store):
    hidden = sell(store, "hidden", published_at=None)
    assert anonymous.get(beside(hidden)).status_code == 404
    assert staff_client.get(beside(hidden)).status_code == 200


def test_a_product_of_another_store_is_404(anonymous, goods):
    elsewhere = sell(StoreFactory(), "elsewhere")
    assert anonymous.get(beside(elsewhere)).status_code == 404


# --- for a person --------------------------------------------------------------------------------
def test_adds_up_what_goes_with_what_somebody_bought(shopper_client, shopper, goods, store):
    sell(store, "lamp")
    buy(shopper, goods["mug"])
    buy(shopper, goods["tea"])
    bought_together(goods["mug"], pot=2, cup=3)
    bought_together(goods["tea"], pot=2, lamp=1, mug=9)
    assert slugs(shopper_client, FOR_ME) == ["pot", "cup", "lamp"]


def test_adds_up_scores_of_what_somebody_bought_and_the_latest_counts_most(
    shopper_client, shopper, goods, store
):
    sell(store, "lamp")
    sell(store, "desk")
    long_ago = timezone.now() - timedelta(days=90)
    Order.objects.filter(pk=buy(shopper, goods["mug"]).pk).update(paid_at=long_ago)
    buy(shopper, goods["tea"])
    found_beside(goods["mug"], pot=0.6, cup=0.4, lamp=0.9)
    found_beside(goods["tea"], pot=0.1, cup=0.3, lamp=-0.5)
    # 0.3 + 0.4 / 2, 0.1 + 0.6 / 2, and -0.5 + 0.9 / 2 is nothing
    assert slugs(shopper_client, FOR_ME) == ["cup", "pot", "desk", "lamp"]


def test_only_the_latest_lines_count(shopper_client, shopper, goods, monkeypatch):
    monkeypatch.setattr(taste, "LATEST_LINES", 1)
    long_ago = timezone.now() - timedelta(days=90)
    Order.objects.filter(pk=buy(shopper, goods["mug"]).pk).update(paid_at=long_ago)
    buy(shopper, goods["tea"])
    found_beside(goods["mug"], pot=0.6)
    found_beside(goods["tea"], cup=0.1)
    assert slugs(shopper_client, FOR_ME) == ["cup", "pot", "mug"]


def test_a_newcomer_sees_what_goes_with_the_cart_then_what_is_popular_beside_it(
    anonymous, shopper_client, store, goods
):
    kitchen = CategoryFactory(store=store)
    for title in ("mug", "pot", "cup"):
        goods[title].categories.add(kitchen)
        listed(goods[title])
    sell(store, "lamp", is_featured=True)
    popular(cup=2.0, pot=3.0, tea=99.0)
    token = put_into_cart(anonymous, goods["mug"])
    put_into_cart(shopper_client, goods["mug"])
    assert slugs(anonymous, FOR_ME, token=token) == ["pot", "cup", "lamp", "tea"]
    found_beside(goods["mug"], cup=0.5)
    assert slugs(anonymous, FOR_ME, token=token) == ["cup", "pot", "lamp", "tea"]
    assert slugs(shopper_client, FOR_ME) == ["cup", "pot", "lamp", "tea"]


def test_an_ordered_cart_hides_nothing(shopper_client, goods):
    found_beside(goods["mug"], cup=0.5)
    put_into_cart(shopper_client, goods["cup"])
    Cart.objects.update(state="ordered")
    assert slugs(shopper_client, beside(goods["mug"])) == ["cup"]


def test_a_canceled_order_tells_nothing_of_its_buyer(shopper_client, shopper, goods):
    order = buy(shopper, goods["mug"])
    bought_together(goods["mug"], tea=1)
    orders.cancel_order(
        store=order.store, order_id=order.public_id, by=shopper, reason="", now=timezone.now()
    )
    assert slugs(shopper_client, FOR_ME) == ["cup", "pot", "tea", "mug"]


def test_featured_products_fill_the_page_except_what_was_bought(shopper_client, shopper, store):
    sell(store, "lamp", is_featured=True)
    desk = sell(store, "desk", is_featured=True)
    assert slugs(shopper_client, FOR_ME) == ["desk", "lamp"]
    buy(shopper, desk)
    assert slugs(shopper_client, FOR_ME) == ["lamp"]


def test_what_others_bought_is_nobody_elses_business(shopper_client, store, goods):
    buy(UserFactory(store=store), goods["mug"])
    found_beside(goods["mug"], tea=0.9)
    bought_together(goods["mug"], pot=5)
    assert slugs(shopper_client, FOR_ME) == ["cup", "pot", "tea", "mug"]


def test_anybody_sees_featured_products_then_popular_ones(anonymous, store, goods):
    sell(store, "lamp", is_featured=True)
    popular(mug=0.5, pot=7.0, tea=7.5)
    assert slugs(anonymous, FOR_ME) == ["lamp", "tea", "pot", "mug", "cup"]


def test_each_store_recommends_its_own(anonymous, store):
    other = StoreHostFactory(host="other.example").store
    sell(store, "here", is_featured=True)
    sell(other, "there", is_featured=True)
    answer = anonymous.get(FOR_ME, HTTP_HOST="other.example")
    assert [product["slug"] for product in answer.json()] == ["there"]
    assert slugs(anonymous, FOR_ME) == ["here"]


def test_a_shop_without_goods_recommends_nothing(anonymous, shopper_client):
    assert slugs(anonymous, FOR_ME) == []
    assert slugs(shopper_client, FOR_ME) == []


# --- both ----------------------------------------------------------------------------------------
def test_products_look_as_in_the_list_of_products(anonymous, goods):
    ProductImageFactory(product=goods["tea"])
    bought_together(goods["mug"], tea=1)
    (recommended,) = anonymous.get(beside(goods["mug"])).json()
    listed = anonymous.get("/api/v1/products").json()["results"]
    assert recommended == next(product for product in listed if product["slug"] == "tea")
    assert recommended["image"] is not None
    assert recommended["price_from"] == {"amount": "10.00", "currency": "EUR"}


def test_gives_as_many_as_are_asked_for(anonymous, goods):
    bought_together(goods["mug"], tea=3, pot=2, cup=1)
    assert slugs(anonymous, beside(goods["mug"]), page_size=2) == ["tea", "pot"]
    assert slugs(anonymous, FOR_ME, page_size=1) == ["cup"]


@pytest.mark.parametrize("size", ["0", "101", "-1", "x", "1e2"])
def test_refuses_a_page_size_that_makes_no_sense(anonymous, goods, size):
    for url in (FOR_ME, beside(goods["mug"])):
        answer = anonymous.get(url, {"page_size": size})
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")


def test_costs_four_statements_whoever_asks(anonymous, shopper, store):
    products = [sell(store, f"product-{n}", is_featured=n % 2 == 0) for n in range(8)]
    kitchen = CategoryFactory(store=store)
    for product in products:
        product.categories.add(kitchen)
        listed(product)
        ProductImageFactory(product=product)
    buy(shopper, *products[:3])
    events.deliver_pending()
    found_beside(products[0], **{"product-5": 0.5})
    token = put_into_cart(anonymous, products[7])
    person = client_of(shopper)
    for url in (FOR_ME, beside(products[0])):
        for asked_with in ("", token):
            with at_most(4):
                assert len(slugs(anonymous, url, token=asked_with)) >= 2
        with at_most(5):  # and who it is
            assert len(slugs(person, url, token=token)) >= 2


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_recommendations_are_read_only(staff_client, goods, method):
    for url in (FOR_ME, beside(goods["mug"])):
        assert getattr(staff_client, method)(url, {}).status_code == 405


@pytest.mark.usefixtures("kept_answers")
def test_what_a_cart_leaves_out_is_left_out_for_nobody_else(anonymous, shopper_client, goods):
    found_beside(goods["mug"], cup=0.5, pot=0.25)
    token = put_into_cart(anonymous, goods["cup"])
    put_into_cart(shopper_client, goods["pot"])
    for _ in range(2):
        assert slugs(anonymous, beside(goods["mug"]), token=token) == ["pot"]
        assert slugs(shopper_client, beside(goods["mug"])) == ["cup"]
        assert slugs(anonymous, beside(goods["mug"])) == ["cup", "pot"]
