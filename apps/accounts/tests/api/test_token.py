from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import jwt
import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from apps.accounts import services
from apps.accounts.authentication import AccessTokenAuthentication
from apps.accounts.errors import LoginOutdated
from apps.accounts.models import SigningKey, TokenFamily, User
from apps.accounts.tests.factories import UserFactory, access_token_of
from apps.events.models import OutboxEvent
from apps.stores.tests.factories import StoreHostFactory
from conftest import client_of
from tests.statements import at_most

PASSWORD = "correct horse battery"


def log_in(client, username, password=PASSWORD, **headers):
    body = {"username": username, "password": password}
    return client.post("/api/v1/auth/token", body, **headers)


def bearer(token):
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def me(client, token, **headers):
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client.get("/api/v1/me", **headers)


def pair_of(person):
    return services.issue_tokens(person=person)


def assert_unauthorized(response):
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response.json()["status"] == 401


def test_json_log_in_gives_a_pair_that_works(anonymous, shopper):
    response = log_in(anonymous, shopper.email)

    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    body = response.json()
    assert set(body) == {"access", "refresh", "token_type", "expires_in"}
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 900
    assert me(anonymous, body["access"]).json()["id"] == str(shopper.public_id)


def test_oauth2_password_form_gives_a_pair_that_works(anonymous, shopper):
    form = {
        "grant_type": "password",
        "username": shopper.email,
        "password": PASSWORD,
        "scope": "",
        "client_id": "",
        "client_secret": "",
    }
    response = anonymous.post(
        "/api/v1/auth/token", urlencode(form), content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 200
    assert me(anonymous, response.json()["access"]).status_code == 200


def test_an_access_token_says_who_where_and_for_whom(anonymous, shopper):
    token = log_in(anonymous, shopper.email).json()["access"]

    family = TokenFamily.objects.get()
    assert jwt.get_unverified_header(token) == {
        "alg": "RS256",
        "typ": "at+jwt",
        "kid": SigningKey.objects.get(state="current").kid,
    }
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 900
    assert UUID(claims["jti"]) != family.good_jti
    assert {name: claims[name] for name in claims if name not in {"exp", "iat", "jti"}} == {
        "iss": "tradepost",
        "aud": "tradepost-api",
        "sub": str(shopper.public_id),
        "sid": str(family.public_id),
        "store": str(shopper.store.public_id),
        "token_type": "access",
        "scope": "",
    }


def test_a_refresh_token_is_for_us_alone(anonymous, shopper):
    token = log_in(anonymous, shopper.email).json()["refresh"]

    assert jwt.get_unverified_header(token)["typ"] == "refresh+jwt"
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["aud"] == claims["iss"] == "tradepost"
    assert claims["exp"] - claims["iat"] == 7 * 24 * 3600
    assert claims["jti"] == str(TokenFamily.objects.get().good_jti)


def test_an_access_token_tells_others_what_staff_may_do(anonymous, store):
    clerk = UserFactory(store=store, is_staff=True, roles=["warehouse"])

    claims = jwt.decode(
        log_in(anonymous, clerk.email).json()["access"], options={"verify_signature": False}
    )

    assert claims["scope"] == "fulfil_orders read_catalog read_orders read_stock write_stock"


def test_the_address_is_compared_without_regard_to_case(anonymous, store):
    UserFactory(store=store, email="ada@example.com")

    assert log_in(anonymous, "Ada@Example.com").status_code == 200


def test_wrong_password_unknown_address_and_inactive_person_are_told_the_same(anonymous, store):
    UserFactory(store=store, email="ada@example.com")
    UserFactory(store=store, email="gone@example.com", is_active=False)

    answers = [
        log_in(anonymous, "ada@example.com", "not her password"),
        log_in(anonymous, "nobody@example.com"),
        log_in(anonymous, "gone@example.com"),
    ]

    for answer in answers:
        assert_unauthorized(answer)
        assert answer.json()["code"] == "invalid_credentials"
    assert len({answer.json()["detail"] for answer in answers}) == 1


def test_each_refusal_costs_one_hash_and_as_many_statements(anonymous, store, monkeypatch):
    UserFactory(store=store, email="ada@example.com")
    UserFactory(store=store, email="gone@example.com", is_active=False)
    hashes = []
    encode = MD5PasswordHasher.encode

    def counting(self, password, salt):
        hashes.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    costs = []
    for email in ("ada@example.com", "nobody@example.com", "gone@example.com"):
        hashes.clear()
        with CaptureQueriesContext(connection) as statements:
            log_in(anonymous, email, "a wrong password")
        costs.append((len(hashes), len(statements)))

    assert costs[0][0] == 1
    assert len(set(costs)) == 1


def test_a_customer_of_another_store_is_nobody_here(anonymous, store):
    stranger = UserFactory()

    assert_unauthorized(log_in(anonymous, stranger.email))


def test_two_people_with_one_address_each_get_in_at_home(anonymous, store):
    other = StoreHostFactory(host="other.example").store
    UserFactory(store=store, email="ada@example.com", password="the password here")
    UserFactory(store=other, email="ada@example.com", password="the password there")

    assert log_in(anonymous, "ada@example.com", "the password here").status_code == 200
    assert_unauthorized(log_in(anonymous, "ada@example.com", "the password there"))
    there = {"HTTP_HOST": "other.example"}
    assert log_in(anonymous, "ada@example.com", "the password there", **there).status_code == 200


def test_an_operator_is_at_home_in_every_store(anonymous, store):
    StoreHostFactory(host="other.example")
    operator = UserFactory(store=store, is_superuser=True, is_staff=True)

    response = log_in(anonymous, operator.email, HTTP_HOST="other.example")

    assert response.status_code == 200
    token = response.json()["access"]
    assert me(anonymous, token, HTTP_HOST="other.example").status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "username"),
        ({"username": "", "password": "x"}, "username"),
        ({"username": "ada@example.com", "password": ""}, "password"),
        ({"username": ["ada"], "password": "x"}, "username"),
        ({"username": "ada@example.com", "password": {"$ne": 1}}, "password"),
        ({"username": "a" * 255, "password": "x"}, "username"),
        ({"username": "ada@example.com", "password": "x" * 1025}, "password"),
        ({"username": "ada@example.com", "password": "x", "is_staff": True}, "is_staff"),
        ({"username": "ada@example.com", "password": "x", "grant_type": "x"}, "grant_type"),
    ],
)
def test_refuses_what_is_no_log_in(anonymous, body, field):
    response = anonymous.post("/api/v1/auth/token", body)

    assert response.status_code == 400
    assert field in {error["field"] for error in response.json()["errors"]}


@pytest.mark.parametrize(
    "form",
    [
        "",
        "username",
        "username=%00&password=x",
        "username=%ff%fe&password=%ed%a0%80",
        "username=a@example.com",
        "&".join(f"field{n}=1" for n in range(1001)),
    ],
)
def test_refuses_a_form_that_is_none(anonymous, form):
    response = anonymous.post(
        "/api/v1/auth/token", form, content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code in {400, 401}
    assert response["Content-Type"] == "application/problem+json"


def test_refuses_a_form_that_is_too_large(anonymous):
    response = anonymous.post(
        "/api/v1/auth/token",
        "username=a&password=" + "x" * (1024 * 1024),
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 413
    assert response.json()["code"] == "body_too_large"


def test_takes_no_multipart_form(anonymous):
    response = anonymous.post("/api/v1/auth/token", {"username": "a"}, format="multipart")

    assert response.status_code == 415


def test_an_access_token_lives_fifteen_minutes(anonymous, shopper):
    token = pair_of(shopper).grant.access

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=14), tick=False):
        assert me(anonymous, token).status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=15, seconds=6), tick=False):
        assert_unauthorized(me(anonymous, token))


def test_a_log_in_is_on_record_without_saying_who(anonymous, shopper, staff):
    log_in(anonymous, shopper.email)
    log_in(anonymous, staff.email)

    told = OutboxEvent.objects.filter(name__endswith=".logged_in").order_by("pk")
    families = TokenFamily.objects.order_by("pk")
    assert [(one.name, one.aggregate_id, one.payload) for one in told] == [
        (
            name,
            person.public_id,
            {"method": "password", "session_id": str(family.public_id)},
        )
        for name, person, family in zip(
            ["customer.logged_in", "staff.logged_in"], [shopper, staff], families, strict=True
        )
    ]
    assert {one.actor for one in told} == {f"user:{shopper.public_id}", f"user:{staff.public_id}"}


def test_who_was_proven_with_an_old_password_does_not_get_in(anonymous, shopper):
    proven = User.objects.get(pk=shopper.pk)
    shopper.set_password("another horse battery")
    shopper.save()

    with pytest.raises(LoginOutdated):
        services.issue_tokens(person=proven)
    assert not TokenFamily.objects.exists()


def test_who_was_deactivated_meanwhile_does_not_get_in(anonymous, shopper):
    proven = User.objects.get(pk=shopper.pk)
    shopper.is_active = False
    shopper.save()

    with pytest.raises(LoginOutdated):
        services.issue_tokens(person=proven)
    assert not TokenFamily.objects.exists()


def test_a_log_in_takes_few_statements(shopper):
    pair_of(shopper)
    person = User.objects.select_related("store").get(pk=shopper.pk)

    # the key, the person's lock, the session, the event
    with at_most(4):
        services.issue_tokens(person=person)


def test_showing_a_token_takes_one_statement(shopper, store):
    clerk = UserFactory(store=store, is_staff=True, roles=["support"])
    request = Request(APIRequestFactory().get("/", **bearer(access_token_of(clerk))))
    request.store = store

    with at_most(1):
        person, _ = AccessTokenAuthentication().authenticate(request)
        assert person == clerk
        assert person.belongs_to(store)
        assert person.roles == {"support"}
        assert person.has_scope("write_orders")
        assert person.store == store


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer \xff\xfe", "Bearer ...."])
def test_a_malformed_header_is_refused_not_an_accident(anonymous, header):
    anonymous.credentials(HTTP_AUTHORIZATION=header)

    assert_unauthorized(anonymous.get("/api/v1/me"))


def test_a_stale_token_does_not_keep_anybody_from_logging_in(anonymous, shopper):
    anonymous.credentials(HTTP_AUTHORIZATION="Bearer long.gone.token")

    assert log_in(anonymous, shopper.email).status_code == 200


def test_other_verbs_do_not_exist(anonymous, shopper):
    for path in ("auth/register", "auth/token", "auth/token/refresh"):
        response = anonymous.get(f"/api/v1/{path}")
        assert response.status_code == 405
        assert response.json()["code"] == "method_not_allowed"
    assert client_of(shopper).put("/api/v1/me", {}).status_code == 405
