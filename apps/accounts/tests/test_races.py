"""What is good once is good once, however many ask at the same moment; and the tests have teeth."""

import time
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import OneTimeToken, RecoveryCode, SecondFactor, User
from apps.accounts.services.replace_recovery_codes import replace_recovery_codes
from apps.accounts.tests.factories import SecondFactorFactory, UserFactory, code_of
from apps.events.models import OutboxEvent
from tests.threads import at_once, ended_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

AT_ONCE = 10


def a_token(person, purpose) -> str:
    row = OneTimeToken.objects.create(
        store=person.store,
        purpose=purpose,
        person=person,
        expires_at=timezone.now() + timedelta(hours=1),
    )
    return row.written_for(person)


def changes() -> int:
    return OutboxEvent.objects.filter(name="customer.password_changed").count()


def reset_at_once(person) -> list[str]:
    token = a_token(person, "reset_password")
    acts = [
        partial(
            services.reset_password,
            store=person.store,
            token=token,
            password=f"analytical engine {number}",
            now=timezone.now(),
        )
        for number in range(AT_ONCE)
    ]
    return ended_at_once(*acts)


def test_a_reset_token_shown_ten_times_at_once_sets_one_password(shopper):
    assert reset_at_once(shopper) == ["done"] + ["invalid_one_time_token"] * 9
    assert changes() == 1


def test_without_locks_it_sets_more(shopper, without_locks):
    assert reset_at_once(shopper).count("done") > 1
    assert changes() > 1


def test_a_verification_token_shown_ten_times_at_once_verifies_once(shopper):
    verify = partial(
        services.verify_email,
        store=shopper.store,
        token=a_token(shopper, "verify_email"),
        now=timezone.now(),
    )

    assert ended_at_once(*[verify] * AT_ONCE) == ["done"] + ["invalid_one_time_token"] * 9
    assert OutboxEvent.objects.filter(name="customer.email_verified").count() == 1


def taken(person, code) -> int:
    """How many of ten at once got in by one code."""
    verify = partial(services.verify_second_factor, person=person, code=code, now=timezone.now())
    return sum(device is not None for device in at_once(*[verify] * AT_ONCE))


def test_a_code_shown_ten_times_at_once_lets_one_in(staff):
    assert taken(staff, code_of(SecondFactorFactory(user=staff))) == 1


def test_without_locks_it_lets_in_more(staff, without_locks):
    assert taken(staff, code_of(SecondFactorFactory(user=staff))) > 1


def recovery_code_of(staff) -> str:
    SecondFactorFactory(user=staff)
    with transaction.atomic():
        return replace_recovery_codes(person=staff)[0]


def test_a_recovery_code_shown_ten_times_at_once_lets_one_in(staff):
    assert taken(staff, recovery_code_of(staff)) == 1
    assert RecoveryCode.objects.filter(person=staff, used_at=None).count() == 9


def test_even_without_locks_it_does(staff, without_locks):
    assert taken(staff, recovery_code_of(staff)) == 1


def test_one_that_looks_before_it_takes_lets_in_more(staff, without_locks, monkeypatch):
    module = __import__(services.verify_second_factor.__module__, fromlist=["_"])

    def careless(person, *, code, now):
        unused = RecoveryCode.objects.filter(person=person, used_at__isnull=True)
        found = unused.filter(digest=module.digest_of(code)).first()
        time.sleep(0.2)
        if found is None:
            return False
        found.used_at = now
        found.save()
        return True

    monkeypatch.setattr(module, "_take_recovery_code", careless)
    assert taken(staff, recovery_code_of(staff)) > 1


def test_failures_at_once_are_all_counted(staff):
    SecondFactorFactory(user=staff)

    taken(staff, "000000")

    # The first is counted; the others are refused unseen, for they came while one has to wait.
    assert SecondFactor.objects.get().throttling_failure_count == 1


def register_at_once(store) -> list[str]:
    register = partial(
        services.register_person, store=store, email="ada@example.com", password="difference engine"
    )
    return ended_at_once(*[register] * AT_ONCE)


def test_one_address_registered_ten_times_at_once_is_one_person(store):
    assert register_at_once(store) == ["done"] + ["email_taken"] * 9
    assert User.objects.count() == 1
    assert OutboxEvent.objects.filter(name="customer.registered").count() == 1


def test_without_the_constraint_it_is_several(store):
    name = "user_email_once_in_store"
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        (definition,) = cursor.fetchone()
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
        )
        constraint = cursor.fetchone()
        if constraint:
            cursor.execute(f"ALTER TABLE accounts_user DROP CONSTRAINT {name}")
            definition = f"ALTER TABLE accounts_user ADD CONSTRAINT {name} {constraint[0]}"
        else:
            cursor.execute(f"DROP INDEX {name}")
    try:
        assert register_at_once(store).count("done") > 1
        assert User.objects.count() > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE accounts_user CASCADE")
            cursor.execute(definition)


def test_two_log_ins_at_once_upgrade_a_hash_and_both_get_in(store, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    ada = UserFactory(store=store, password=None)
    User.objects.update(password=make_password("correct horse battery", hasher="md5"))
    copies = [User.objects.get(pk=ada.pk) for _ in range(4)]

    told = at_once(*[partial(one.check_password, "correct horse battery") for one in copies])

    kept = User.objects.get(pk=ada.pk)
    assert told == [True] * 4
    assert kept.password.startswith("argon2")
    assert {one.password for one in copies} == {kept.password}
    assert kept.version == ada.version


def test_five_requests_at_once_are_mailed_within_the_limit(shopper, settings):
    settings.ACCOUNT_MAILS_AN_HOUR = 2
    for _ in range(5):
        services.request_password_reset(
            store=shopper.store, email=shopper.email, now=timezone.now()
        )
    requests = OneTimeToken.objects.values_list("public_id", flat=True)

    sent = at_once(
        *[partial(services.mail_password_reset, request_id=one, key=one) for one in requests]
    )

    assert sum(mail is not None for mail in sent) == 2
