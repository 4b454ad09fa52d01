"""Logging in by the API with a second factor."""
# ruff: noqa: RUF001 - digits that are none of ours are meant

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction

from apps.accounts import services
from apps.accounts.models import RecoveryCode, SecondFactor, TokenFamily
from apps.accounts.services.replace_recovery_codes import replace_recovery_codes
from apps.accounts.tests.factories import SecondFactorFactory, UserFactory, code_of
from apps.events.models import OutboxEvent

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def device(staff):
    return SecondFactorFactory(user=staff)


@pytest.fixture
def codes(device):
    with transaction.atomic():
        return replace_recovery_codes(person=device.user)


def log_in(client, device, otp=None, password=PASSWORD):
    body = {"username": device.user.email, "password": password}
    return client.post("/api/v1/auth/token", body if otp is None else body | {"otp": otp})


def assert_refused(response, code):
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response.json()["code"] == code
    assert not TokenFamily.objects.exists()


def test_who_has_one_must_show_it(anonymous, device):
    assert_refused(log_in(anonymous, device), "second_factor_required")
    assert_refused(log_in(anonymous, device, ""), "second_factor_required")


def test_the_code_lets_in(anonymous, device):
    response = log_in(anonymous, device, code_of(device))

    assert response.status_code == 200
    event = OutboxEvent.objects.get(name="staff.logged_in")
    assert event.payload["method"] == "second_factor"


def test_the_code_may_be_typed_as_it_is_shown(anonymous, device):
    code = code_of(device)

    assert log_in(anonymous, device, f"{code[:3]} {code[3:]}").status_code == 200


def test_who_has_none_needs_none(anonymous, staff):
    body = {"username": staff.email, "password": PASSWORD, "otp": "123456"}

    assert anonymous.post("/api/v1/auth/token", body).status_code == 200


def test_one_that_was_never_confirmed_is_none(anonymous, staff):
    device = SecondFactorFactory(user=staff, confirmed=False)

    assert log_in(anonymous, device).status_code == 200


def test_a_wrong_password_is_told_like_any_other(anonymous, device):
    refused = log_in(anonymous, device, code_of(device), "incorrect horse")

    assert_refused(refused, "invalid_credentials")
    assert log_in(anonymous, device, code_of(device)).status_code == 200  # nothing was used up


@pytest.mark.parametrize(
    "otp", ["000000", "x", "12345", "1234567", "１２３４５６", "-12345", "٣٤٥٦٧٨"]
)
def test_a_wrong_code_does_not(anonymous, device, otp):
    assert_refused(log_in(anonymous, device, otp), "invalid_second_factor")
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("staff.log_in_refused", device.user.public_id)
    assert event.payload == {"method": "second_factor"}


@pytest.mark.parametrize("otp", [7, ["123456"], {"a": 1}, "1" * 41])
def test_refuses_what_cannot_be_a_code(anonymous, device, otp):
    assert log_in(anonymous, device, otp).status_code == 400


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(anonymous, device, steps):
    assert log_in(anonymous, device, code_of(device, steps=steps)).status_code == 200


@pytest.mark.parametrize("steps", [-2, 2])
def test_and_no_more(anonymous, device, steps):
    refused = log_in(anonymous, device, code_of(device, steps=steps))

    assert_refused(refused, "invalid_second_factor")


def test_a_code_is_good_once_and_so_are_those_before_it(anonymous, device):
    before, code = code_of(device, steps=-1), code_of(device)
    assert log_in(anonymous, device, code).status_code == 200

    for used in (code, before):
        device.refresh_from_db()
        SecondFactor.objects.update(throttling_failure_count=0)
        response = log_in(anonymous, device, used)
        assert response.json()["code"] == "invalid_second_factor"


def test_after_a_wrong_code_one_waits_longer_and_longer(anonymous, device, noon):
    for waited in (1, 2, 4, 8):
        log_in(anonymous, device, "000000")
        assert_refused(log_in(anonymous, device, code_of(device)), "invalid_second_factor")
        noon.shift(timedelta(seconds=waited))

    assert log_in(anonymous, device, code_of(device)).status_code == 200
    device.refresh_from_db()
    assert device.throttling_failure_count == 0


def test_but_not_for_ever(anonymous, device, noon):
    SecondFactor.objects.update(throttling_failure_count=500, throttling_failure_timestamp=NOON)
    noon.shift(timedelta(days=40_000))
    log_in(anonymous, device, "000000")

    noon.shift(timedelta(seconds=512))
    assert log_in(anonymous, device, code_of(device)).status_code == 200


# --- recovery codes ------------------------------------------------------------------------------
def test_a_recovery_code_lets_in_once(anonymous, device, codes):
    assert len(set(codes)) == 10

    assert log_in(anonymous, device, codes[0]).status_code == 200
    assert log_in(anonymous, device, codes[0]).json()["code"] == "invalid_second_factor"
    assert log_in(anonymous, device, codes[1].upper().replace("-", " ")).status_code == 200

    used = OutboxEvent.objects.filter(name="second_factor.recovery_code_used").order_by("pk")
    assert [event.payload for event in used] == [{"left": 9}, {"left": 8}]


def test_a_recovery_code_is_taken_while_others_wait(anonymous, device, codes):
    log_in(anonymous, device, "000000")

    assert log_in(anonymous, device, codes[0]).status_code == 200


def test_anothers_recovery_code_is_worth_nothing(anonymous, device, codes, store):
    other = SecondFactorFactory(user=UserFactory(store=store, is_staff=True))

    assert_refused(log_in(anonymous, other, codes[0]), "invalid_second_factor")


def test_new_codes_take_the_place_of_the_former(anonymous, device, codes):
    new = services.issue_recovery_codes(person=device.user, code=code_of(device), by=device.user)

    assert_refused(log_in(anonymous, device, codes[0]), "invalid_second_factor")
    assert log_in(anonymous, device, new[0]).status_code == 200


def test_nothing_at_rest_lets_in(device, codes):
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM accounts_secondfactor")
        (kept,) = cursor.fetchone()
    assert device.key not in kept
    assert "$" in kept
    digests = str(list(RecoveryCode.objects.values_list("digest", flat=True)))
    assert not any(code in digests or code.replace("-", "") in digests for code in codes)
