from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.catalog.models import Variant
from apps.catalog.tests.factories import CategoryFactory, ProductImageFactory
from apps.events import services as events
from apps.orders import services as orders
from apps.recommendations.tests.factories import CoPurchaseFactory, buy, sell
from apps.stores.tests.factories import StoreFactory, StoreHostFactory
from conftest import client_of
from tests.statements import at_most

FOR_ME = "/api/v1/recommendations"


def beside(product) -> str:
    return f"/api/v1/products/{product.slug}/recommendations"


def slugs(client, url, **query) -> list[str]:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return [product["slug"] for product in answer.json()]


def bought_together(product, **others: int) -> None:
    for slug, count in others.items():
        other = product.__class__.objects.get(slug=slug, store=product.store)
        CoPurchaseFactory(product=product, other=other, count=count)
        CoPurchaseFactory(product=other, other=product, count=count)


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


def test_products_of_the_same_category_follow_then_featured_ones(anonymous, store, goods):
    kitchen = CategoryFactory(store=store)
    for title in ("mug", "pot", "cup"):
        goods[title].categories.add(kitchen)
    bought_together(goods["mug"], tea=1)
    sell(store, "lamp", is_featured=True)
    sell(store, "desk")
    assert slugs(anonymous, beside(goods["mug"])) == ["tea", "cup", "pot", "lamp"]


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


def test_a_canceled_order_tells_nothing_of_its_buyer(shopper_client, shopper, goods):
    order = buy(shopper, goods["mug"])
    bought_together(goods["mug"], tea=1)
    orders.cancel_order(
        store=order.store, order_id=order.public_id, by=shopper, reason="", now=timezone.now()
    )
    assert slugs(shopper_client, FOR_ME) == ["mug", "tea"]


def test_featured_products_fill_the_page_except_what_was_bought(shopper_client, shopper, store):
    sell(store, "lamp", is_featured=True)
    desk = sell(store, "desk", is_featured=True)
    assert slugs(shopper_client, FOR_ME) == ["desk", "lamp"]
    buy(shopper, desk)
    assert slugs(shopper_client, FOR_ME) == ["lamp"]


def test_what_others_bought_is_nobody_elses_business(shopper_client, store, goods):
    buy(UserFactory(store=store), goods["mug"])
    bought_together(goods["mug"], tea=5)
    bought_together(goods["pot"], cup=6)
    assert slugs(shopper_client, FOR_ME) == ["pot", "cup", "mug", "tea"]


def test_anybody_sees_featured_products_then_what_is_bought_together_most(anonymous, store, goods):
    sell(store, "lamp", is_featured=True)
    bought_together(goods["mug"], tea=1)
    bought_together(goods["pot"], cup=2)
    assert slugs(anonymous, FOR_ME) == ["lamp", "pot", "cup", "mug", "tea"]


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
    assert slugs(anonymous, FOR_ME, page_size=1) == ["mug"]


@pytest.mark.parametrize("size", ["0", "101", "-1", "x", "1e2"])
def test_refuses_a_page_size_that_makes_no_sense(anonymous, goods, size):
    for url in (FOR_ME, beside(goods["mug"])):
        answer = anonymous.get(url, {"page_size": size})
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")


def test_costs_five_statements_whoever_asks(anonymous, shopper, store):
    products = [sell(store, f"product-{n}", is_featured=n % 2 == 0) for n in range(8)]
    kitchen = CategoryFactory(store=store)
    for product in products:
        product.categories.add(kitchen)
        ProductImageFactory(product=product)
    buy(shopper, *products[:3])
    events.deliver_pending()
    for url in (FOR_ME, beside(products[0])):
        for client in (anonymous, client_of(shopper)):
            with at_most(5):
                assert len(slugs(client, url)) >= 2


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_recommendations_are_read_only(staff_client, goods, method):
    for url in (FOR_ME, beside(goods["mug"])):
        assert getattr(staff_client, method)(url, {}).status_code == 405
