import pytest
from django.contrib import admin
from django.test import Client

from apps.accounts.tests.factories import UserFactory
from apps.stores.tests.factories import StoreFactory, StoreHostFactory

CONTACT = {"HTTP_HOST": "second.example"}


@pytest.fixture
def operator(store):
    return UserFactory(store=store, is_staff=True, is_superuser=True)


def opened(person, **headers):
    browser = Client()
    browser.force_login(person)
    return browser.get("/admin/", **headers)


def links(response):
    return {
        group["title"]: [item["link"] for item in group["items"]]
        for group in response.context["sidebar_navigation"]
    }


def test_the_site_is_called_by_the_name_of_its_store(operator):
    StoreHostFactory(host="second.example", store=StoreFactory(name="Second Hand & Sons"))

    assert "<title>" in opened(operator).content.decode()
    assert opened(operator).context["site_title"] == "Tradepost"
    second = opened(operator, **CONTACT)
    assert second.context["site_title"] == "Second Hand & Sons"
    assert "Second Hand &amp; Sons" in second.content.decode()


def test_the_log_in_page_knows_the_store_too(client, store):
    assert client.get("/admin/login/").context["site_title"] == "Tradepost"


def test_the_menu_is_ordered_by_job(operator):
    menu = links(opened(operator))

    assert menu["Customers"] == [
        "/admin/accounts/user/",
        "/admin/accounts/address/",
        "/admin/catalog/wishlistitem/",
    ]
    assert menu["System"][:2] == ["/admin/stores/store/", "/admin/accounts/membership/"]
    assert menu["System"][-1] == "/api/docs/"


def test_every_page_is_in_the_menu_once(operator):
    found = [link for items in links(opened(operator)).values() for link in items]

    assert len(found) == len(set(found))
    assert {
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for model in admin.site._registry
    } <= set(found)


def test_staff_see_what_they_may_open_and_nothing_else(store):
    clerk = UserFactory(store=store, is_staff=True, roles=["warehouse"])

    assert links(opened(clerk)) == {
        "To do": ["/admin/inbox/"],
        "Sell": ["/admin/orders/order/", "/admin/orders/cart/", "/admin/orders/pastreturn/"],
        "Stock": [
            "/admin/inventory/stockitem/",
            "/admin/inventory/lowstock/",
            "/admin/interchange/goodsreceipt/",
            "/admin/inventory/reservation/",
            "/admin/inventory/stockmovement/",
            "/admin/inventory/warehouse/",
        ],
        "Catalogue": [
            "/admin/catalog/product/",
            "/admin/catalog/variant/",
            "/admin/catalog/category/",
            "/admin/catalog/productimage/",
            "/admin/recommendations/copurchase/",
            "/admin/recommendations/similarproducts/",
            "/admin/recommendations/rebuild/",
        ],
        "System": ["/admin/interchange/importjob/", "/api/docs/"],
    }


def test_who_may_import_nothing_is_not_led_to_imports(store):
    reader = UserFactory(store=store, is_staff=True, roles=["read_only"])

    menu = links(opened(reader))
    assert "/admin/catalog/product/" in menu["Catalogue"]
    assert "/admin/interchange/importjob/" not in menu["System"]
