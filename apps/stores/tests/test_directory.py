import pytest

from apps.stores import directory
from apps.stores.models import Store
from apps.stores.tests.factories import StoreHostFactory
from tests.statements import at_most


@pytest.fixture
def remembered(settings):
    settings.STORE_DIRECTORY_SECONDS = 3600


def test_a_store_is_found_by_its_host_whatever_its_case(store):
    other = StoreHostFactory(host="other.example").store

    assert directory.store_for_host("other.example") == other
    assert directory.store_for_host("OTHER.example") == other


@pytest.mark.parametrize("host", ["", "unknown.example", "sub.other.example", "other.example."])
def test_the_default_store_answers_for_hosts_nobody_has_claimed(store, host):
    StoreHostFactory(host="other.example")

    assert directory.store_for_host(host) == store


def test_is_read_once(store, remembered):
    directory.store_for_host("one.example")

    with at_most(0):
        directory.store_for_host("two.example")


def test_forgets_when_told_to(store, remembered):
    assert directory.store_for_host("any.example").name == "Tradepost"
    Store.objects.update(name="Renamed")
    assert directory.store_for_host("any.example").name == "Tradepost"

    directory.forget()

    assert directory.store_for_host("any.example").name == "Renamed"


@pytest.mark.parametrize("host", ["other.example", "other.example:8443", "Other.Example"])
def test_a_request_has_the_store_of_its_host(client, store, host):
    other = StoreHostFactory(host="other.example").store

    assert client.get("/admin/login/", HTTP_HOST=host).wsgi_request.store == other
    assert client.get("/admin/login/").wsgi_request.store == store


def test_a_host_that_is_not_ours_is_a_bad_request(client, settings):
    settings.ALLOWED_HOSTS = ["shop.example"]

    response = client.get("/health/live", HTTP_HOST="evil.example")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
