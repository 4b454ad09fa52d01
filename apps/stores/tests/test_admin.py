import pytest
from django.test import Client

from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.stores import directory
from apps.stores.models import Store, StoreHost
from apps.stores.tests.factories import StoreFactory, StoreHostFactory


def browser_of(store, **rights):
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, **rights))
    return browser


@pytest.fixture
def operator(store):
    return browser_of(store, is_superuser=True)


@pytest.fixture
def clerk(store):
    person = UserFactory(store=store, is_staff=True, roles=["manager"])
    browser = Client()
    browser.force_login(person)
    return browser


def form(store, *hosts, **changes):
    """This function will return what a browser posts: the store's fields and its new hosts."""
    fields = {
        "name": store.name,
        "country": "DE",
        "time_zone": "UTC",
        "prices_include_tax": "on",
        "tax_rate": "0.19",
        "shipping_amount": "4.90",
        "search_language": "simple",
        "hosts-TOTAL_FORMS": len(hosts),
        "hosts-INITIAL_FORMS": 0,
    }
    return fields | {f"hosts-{n}-host": host for n, host in enumerate(hosts)} | changes


def page(store):
    return f"/admin/stores/store/{store.pk}/change/"


def test_an_operator_opens_a_shop_with_its_host(operator, store):
    response = operator.post(
        "/admin/stores/store/add/",
        form(Store(name="Second"), "second.example", slug="second", currency="JPY"),
    )

    second = Store.objects.get(slug="second")
    assert response.status_code == 302
    assert (second.currency, second.is_default) == ("JPY", False)
    assert directory.store_for_host("second.example") == second
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id, event.store) == (
        "store.created", second.public_id, second.public_id,
    )  # fmt: skip


def test_what_invoices_and_mails_say_of_the_seller_is_set_here(operator, store):
    said = {
        "legal_name": "Tradepost GmbH",
        "legal_address": "Musterweg 1\r\n10115 Berlin",
        "tax_number": "DE123456789",
        "email": "shop@tradepost.example",
        "capture_at_shipment": "on",
    }
    response = operator.post(page(store), form(store, **said))

    store.refresh_from_db()
    assert response.status_code == 302
    assert (store.legal_name, store.tax_number) == ("Tradepost GmbH", "DE123456789")
    assert store.legal_address.splitlines() == ["Musterweg 1", "10115 Berlin"]
    assert store.email == "shop@tradepost.example"
    assert store.capture_at_shipment is True


def test_a_changed_name_is_seen_at_once(
    operator, store, settings, django_capture_on_commit_callbacks
):
    settings.STORE_DIRECTORY_SECONDS = 3600
    assert directory.store_for_host("any.example").name == "Tradepost"

    with django_capture_on_commit_callbacks(execute=True):
        response = operator.post(page(store), form(store, name="Renamed"))

    assert response.status_code == 302
    assert directory.store_for_host("any.example").name == "Renamed"
    assert OutboxEvent.objects.get().name == "store.updated"


def test_what_was_changed_is_told_before_and_after_and_says_nothing_of_people(operator, store):
    said = {"tax_rate": "0.07", "country": "AT", "email": "owner@tradepost.example"}
    operator.post(page(store), form(store, "shop.example", **said))

    settings, hosts = [event.payload for event in OutboxEvent.objects.order_by("pk")]
    assert settings == {
        "changed": ["country", "email", "tax_rate"],
        "changes": {"country": ["DE", "AT"], "tax_rate": ["0.1900", "0.07"]},
    }
    assert hosts == {"changed": ["hosts"], "changes": {"hosts": [[], ["shop.example"]]}}


def test_currency_slug_and_default_stay_as_they_are(operator, store):
    operator.post(page(store), form(store, currency="USD", slug="other", is_default=""))

    store.refresh_from_db()
    assert (store.currency, store.slug, store.is_default) == ("EUR", "default", True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("tax_rate", "1.5"),
        ("tax_rate", "-0.1"),
        ("shipping_amount", "-1"),
        ("email", "no address"),
        ("email", "shop@tradepost.example\nBcc: all@tradepost.example"),
        ("legal_name", "x" * 201),
        ("legal_name", "Tradepost\nBcc: all@tradepost.example"),
        ("tax_number", "DE1\u2028DE2"),
        ("legal_address", "x" * 501),
        ("hosts-0-host", "UPPER.example"),
        ("hosts-0-host", "shop.example:8000"),
    ],
)
def test_refuses_what_makes_no_shop(operator, store, field, value):
    response = operator.post(page(store), form(store, "fine.example", **{field: value}))

    assert response.status_code == 200
    assert not StoreHost.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_a_host_is_claimed_once(operator, store):
    StoreHostFactory(host="taken.example")

    response = operator.post(page(store), form(store, "taken.example"))

    assert response.status_code == 200
    assert StoreHost.objects.get().store != store


def test_a_clerk_changes_the_own_shop_and_gives_no_host_away(clerk, store):
    response = clerk.post(page(store), form(store, "mine.example", name="Renamed"))

    store.refresh_from_db()
    assert response.status_code == 302
    assert store.name == "Renamed"
    assert not StoreHost.objects.exists()


def test_a_clerk_sees_no_other_shop_and_opens_none(clerk):
    other = StoreFactory()

    assert other not in clerk.get("/admin/stores/store/").context["cl"].queryset
    assert clerk.post(page(other), form(other, name="Taken over")).status_code == 302
    assert clerk.get("/admin/stores/store/add/").status_code == 403
    other.refresh_from_db()
    assert other.name != "Taken over"
