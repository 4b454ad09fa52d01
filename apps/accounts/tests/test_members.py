"""Staff of several stores: at home in one, at work in others, and nobody anywhere else."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.middleware import HomeStoreMiddleware
from apps.accounts.models import User
from apps.accounts.tests.factories import MembershipFactory, UserFactory, access_token_of
from apps.orders.tests.factories import OrderFactory
from apps.stores.tests.factories import StoreHostFactory
from tests.statements import at_most

PASSWORD = "correct horse battery"
ORDERS = "/api/v1/orders"


@pytest.fixture
def second(store):
    return StoreHostFactory(host="second.example").store


@pytest.fixture
def third(store):
    return StoreHostFactory(host="third.example").store


@pytest.fixture
def ada(store, second):
    """A customer of the first store who does support in the second."""
    ada = UserFactory(store=store, is_staff=True, roles=[], email="ada@example.com")
    MembershipFactory(person=ada, store=second, role="support")
    return ada


def client_of(person, host):
    client = APIClient(HTTP_HOST=host)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token_of(person)}")
    return client


def log_in(email, host):
    browser = Client(HTTP_HOST=host)
    browser.post("/admin/login/", {"username": email, "password": PASSWORD})
    return browser


def test_a_member_acts_where_they_have_a_role_and_shops_at_home(ada, store, second, third):
    ours = OrderFactory(customer__store=store)
    theirs = OrderFactory(customer__store=second)
    own = OrderFactory(customer=ada)

    def seen(host):
        answer = client_of(ada, host).get(ORDERS)
        return answer.status_code, [one["number"] for one in answer.json().get("results", [])]

    assert seen("testserver") == (200, [own.number])
    assert seen("second.example") == (200, [theirs.number])
    assert seen("third.example") == (401, [])
    assert client_of(ada, "testserver").get(f"{ORDERS}/{ours.public_id}").status_code == 404


def test_a_token_is_had_wherever_one_belongs(ada, third):
    login = {"username": "ada@example.com", "password": PASSWORD}
    statuses = [
        APIClient(HTTP_HOST=host).post("/api/v1/auth/token", login).status_code
        for host in ("testserver", "second.example", "third.example")
    ]
    assert statuses == [200, 200, 401]


def test_the_staff_site_opens_where_there_is_a_role_and_nowhere_else(ada, third):
    statuses = [
        log_in("ada@example.com", host).get("/admin/orders/order/").status_code
        for host in ("second.example", "testserver", "third.example")
    ]
    assert statuses == [200, 302, 302]


def test_a_session_carried_along_is_worth_what_the_person_is_there(ada):
    browser = log_in("ada@example.com", "second.example")
    assert browser.get("/admin/").status_code == 200
    assert browser.get("/admin/", HTTP_HOST="testserver").status_code == 302


def test_rights_end_with_the_role(ada, second):
    client = client_of(ada, "second.example")
    assert client.get(ORDERS).status_code == 200
    ada.memberships.all().delete()
    assert client.get(ORDERS).status_code == 401


def test_whoever_is_at_home_comes_first_then_staff_then_operators(ada, store, second, third):
    operator = UserFactory(store=third, is_staff=True, is_superuser=True, email="Ada@Example.com")
    known = [
        User.objects.with_email(store=one, email="ADA@example.com")
        for one in (store, second, third)
    ]
    assert known == [ada, ada, operator]
    assert User.objects.with_email(store=second, email="eve@example.com") is None


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_one_statement_finds_anybody(ada, second, email):
    with at_most(1):
        User.objects.with_email(store=second, email=email)


def test_a_member_costs_what_everybody_costs(ada, second):
    client = client_of(ada, "second.example")
    with at_most(2):  # person with their roles, page
        client.get(ORDERS)


def test_staff_of_a_store_are_who_has_a_role_there(ada, store, second):
    own = UserFactory(store=second, is_staff=True)
    UserFactory(store=second, is_staff=True, is_active=False)
    UserFactory(store=second)
    operator = UserFactory(store=store, is_staff=True, is_superuser=True)

    assert set(User.objects.staff_of(second)) == {ada, own}
    assert set(User.objects.staff_of(store)) == {operator}


def test_nobody_registers_under_the_address_of_a_member(ada):
    APIClient(HTTP_HOST="second.example").post(
        "/api/v1/auth/register",
        {"email": "ADA@example.com", "password": "difference engine"},
    )
    assert User.objects.filter(email__iexact="ada@example.com").count() == 1


def test_a_session_names_nobody_where_its_person_does_not_belong(rf, ada, second, third):
    def visitor(store):
        request = rf.get("/")
        request.user, request.store = User.objects.get(pk=ada.pk), store
        return HomeStoreMiddleware(lambda seen: seen)(request).user

    assert visitor(second) == ada
    assert not visitor(third).is_authenticated
