"""Hashes brought along, and what a password must be."""

import bcrypt
import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory

PASSWORD = "correct horse battery"
BARE = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()


@pytest.fixture(autouse=True)
def hashers(settings):
    """Those of all installations: tests have a cheap one otherwise."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
        "apps.accounts.password_hashers.BcryptHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]


def somebody(store, hashed) -> User:
    person = UserFactory(store=store)
    User.objects.filter(pk=person.pk).update(password=hashed)
    person.refresh_from_db()
    return person


def log_in(client, person, password=PASSWORD):
    return client.post("/api/v1/auth/token", {"username": person.email, "password": password})


def of_other_shops():
    yield "bare", BARE
    yield "2a", BARE.replace("$2b$", "$2a$")
    yield "2y", BARE.replace("$2b$", "$2y$")
    yield "django", f"bcrypt${BARE}"
    yield "django sha256", make_password(PASSWORD, hasher="bcrypt_sha256")
    yield "pbkdf2", make_password(PASSWORD, hasher="pbkdf2_sha256")


@pytest.mark.parametrize("kind", ["bare", "2a", "2y", "django", "django sha256", "pbkdf2"])
def test_an_older_hash_lets_in_and_becomes_argon2(anonymous, store, kind):
    person = somebody(store, dict(of_other_shops())[kind])
    version = person.version

    assert log_in(anonymous, person, "incorrect horse").status_code == 401
    person.refresh_from_db()
    assert not person.password.startswith("argon2")
    assert log_in(anonymous, person).status_code == 200

    person.refresh_from_db()
    assert person.password.startswith("argon2$argon2id$")
    assert person.version == version
    assert person.check_password(PASSWORD)
    assert log_in(anonymous, person).status_code == 200


def test_a_new_password_is_argon2id(store):
    assert UserFactory(store=store).password.startswith("argon2$argon2id$")


def test_bcrypt_of_ours_costs_twelve():
    assert make_password(PASSWORD, hasher="bcrypt").startswith("bcrypt$$2b$12$")


def test_the_beginning_of_a_long_password_is_not_the_password(store):
    long = "x" * 100
    person = somebody(store, bcrypt.hashpw(long[:72].encode(), bcrypt.gensalt(4)).decode())

    assert not person.check_password(long)
    assert person.check_password(long[:72])


def test_a_long_password_is_hashed_whole(store):
    person = UserFactory(store=store, password="é" * 1024)

    assert person.check_password("é" * 1024)
    assert not person.check_password("é" * 1023)


@pytest.mark.parametrize(
    "hashed",
    ["", "!", "x", "$2b$", "$2b$12$short", "bcrypt$", "bcrypt$$2b$xx$", "$2x$" + BARE[4:],
     "$2b$99$" + BARE[7:], "$2b$31$" + BARE[7:]],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_hash_lets_nobody_in(store, hashed):
    person = somebody(store, hashed)

    assert not person.check_password(PASSWORD)
    assert not person.check_password("")


def test_an_upgrade_gives_way_to_a_new_password(store):
    slow = somebody(store, BARE)
    User.objects.filter(pk=slow.pk).update(password=make_password("difference engine"))

    assert not slow.check_password(PASSWORD)  # it was right when the row was read
    assert User.objects.get(pk=slow.pk).check_password("difference engine")


def test_an_upgrade_that_somebody_else_has_made_is_as_good(store):
    slow = somebody(store, BARE)
    somebody_else = User.objects.get(pk=slow.pk)
    assert somebody_else.check_password(PASSWORD)

    assert slow.check_password(PASSWORD)
    assert slow.password == User.objects.get(pk=slow.pk).password


def test_a_huge_password_is_not_even_hashed(anonymous, client, staff):
    huge = {"username": staff.email, "password": "x" * 1025}

    assert client.post("/admin/login/", huge).status_code == 200
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    "password",
    ["password1234", "Password!!!!", "passwordpassword", "aaaaaaaaaaaa", "abababababab",
     "qwertyuiop12", "1234567890123456", "iloveyou2026", "!!!iloveyou!!!"],
)  # fmt: skip
def test_common_passwords_are_refused(password):
    with pytest.raises(ValidationError) as refusal:
        validate_password(password)
    assert {"password_too_common", "password_entirely_numeric"} & {
        error.code for error in refusal.value.error_list
    }


@pytest.mark.parametrize(
    "password", [PASSWORD, "difference engine", "twelve and  ", "Tr0ub4dor&3xx", "пароль из слов"]
)
def test_others_are_taken(password):
    validate_password(password)


def test_more_than_1024_letters_are_refused():
    with pytest.raises(ValidationError, match="at most 1024"):
        validate_password("long and whole " * 69)
