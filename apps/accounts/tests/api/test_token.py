from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

import jwt
import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from apps.accounts.tests.factories import UserFactory
from apps.stores.tests.factories import StoreHostFactory
from conftest import client_of

PASSWORD = "correct horse battery"


def log_in(client, username, password=PASSWORD, **headers):
    body = {"username": username, "password": password}
    return client.post("/api/v1/auth/token", body, **headers)


def refresh(client, token, **headers):
    return client.post("/api/v1/auth/token/refresh", {"refresh": str(token)}, **headers)


def me(client, token, **headers):
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client.get("/api/v1/me", **headers)


def signed(key=None, algorithm="HS256", **changes):
    claims = {
        "token_type": "access",
        "exp": datetime.now(UTC) + timedelta(minutes=5),
        "jti": "1",
        "sub": str(uuid4()),
    } | changes
    key = settings.SECRET_KEY if key is None else key
    return jwt.encode(claims, key=key, algorithm=algorithm)


def assert_unauthorized(response):
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response.json()["status"] == 401


def test_json_log_in_gives_a_pair_that_works(anonymous, shopper):
    response = log_in(anonymous, shopper.email)

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
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


def test_the_token_names_the_person_by_public_id_and_no_store(anonymous, shopper):
    token = log_in(anonymous, shopper.email).json()["access"]

    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["sub"] == str(shopper.public_id)
    assert claims["exp"] - claims["iat"] == 900
    assert set(claims) == {"sub", "exp", "iat", "jti", "token_type"}


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


def test_a_refresh_token_gives_a_new_access_token(anonymous, shopper):
    response = refresh(anonymous, RefreshToken.for_user(shopper))

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert set(response.json()) == {"access", "token_type", "expires_in"}
    assert response.json()["expires_in"] == 900
    assert me(anonymous, response.json()["access"]).status_code == 200


def test_a_refresh_token_lives_a_week(anonymous, shopper):
    token = RefreshToken.for_user(shopper)

    with time_machine.travel(datetime.now(UTC) + timedelta(days=6, hours=23), tick=False):
        assert refresh(anonymous, token).status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(days=7, minutes=1), tick=False):
        assert_unauthorized(refresh(anonymous, token))


def test_an_access_token_lives_fifteen_minutes(anonymous, shopper):
    token = AccessToken.for_user(shopper)

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16), tick=False):
        assert_unauthorized(me(anonymous, token))


def test_the_two_kinds_of_token_do_not_stand_for_each_other(anonymous, shopper):
    assert_unauthorized(refresh(anonymous, AccessToken.for_user(shopper)))
    assert_unauthorized(me(anonymous, RefreshToken.for_user(shopper)))


def test_tokens_of_another_stores_customer_are_refused(anonymous, store):
    stranger = UserFactory()

    assert_unauthorized(me(anonymous, AccessToken.for_user(stranger)))
    anonymous.credentials()
    assert_unauthorized(refresh(anonymous, RefreshToken.for_user(stranger)))


def test_tokens_of_the_inactive_and_the_deleted_are_refused(anonymous, shopper):
    access, staying = AccessToken.for_user(shopper), RefreshToken.for_user(shopper)

    shopper.is_active = False
    shopper.save()
    assert_unauthorized(me(anonymous, access))
    assert_unauthorized(refresh(anonymous, staying))

    shopper.delete()
    assert_unauthorized(me(anonymous, access))
    assert_unauthorized(refresh(anonymous, staying))


def test_forged_tokens_are_refused(anonymous, shopper):
    sub = str(shopper.public_id)
    for forged in (
        signed(key="another key that nobody knows of", sub=sub),
        signed(key="", algorithm="none", sub=sub),
        signed(sub="1"),
        signed(sub="' OR 1=1 --"),
        signed(sub=""),
        signed(token_type="admin", sub=sub),
        signed(exp=1, sub=sub),
        "not.a.token",
        "x" * 5000,
    ):
        assert_unauthorized(me(anonymous, forged))
        anonymous.credentials()
        assert refresh(anonymous, forged).status_code in {400, 401}


@pytest.mark.parametrize("subject", ["1", "", "' OR 1=1 --"])
def test_a_signed_refresh_token_that_names_nobody_is_refused(anonymous, subject):
    assert_unauthorized(refresh(anonymous, signed(token_type="refresh", sub=subject)))


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer \xff\xfe", "Bearer ...."])
def test_a_malformed_header_is_refused_not_an_accident(anonymous, header):
    anonymous.credentials(HTTP_AUTHORIZATION=header)

    assert_unauthorized(anonymous.get("/api/v1/me"))


@pytest.mark.parametrize(
    "body", [{}, {"refresh": ""}, {"refresh": None}, {"refresh": ["a"]},
             {"refresh": "x" * 4097}, {"refresh": "a", "sub": "b"}]
)  # fmt: skip
def test_refuses_what_is_no_refresh(anonymous, body):
    response = anonymous.post("/api/v1/auth/token/refresh", body)

    assert response.status_code == 400
    assert response.json()["code"] == "validation_error"


def test_a_stale_token_does_not_keep_anybody_from_logging_in(anonymous, shopper):
    anonymous.credentials(HTTP_AUTHORIZATION="Bearer long.gone.token")

    assert log_in(anonymous, shopper.email).status_code == 200


def test_other_verbs_do_not_exist(anonymous, shopper):
    for path in ("auth/register", "auth/token", "auth/token/refresh"):
        response = anonymous.get(f"/api/v1/{path}")
        assert response.status_code == 405
        assert response.json()["code"] == "method_not_allowed"
    assert client_of(shopper).put("/api/v1/me", {}).status_code == 405
