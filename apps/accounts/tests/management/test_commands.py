from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User


def run(name, *arguments, **options):
    told = StringIO()
    call_command(name, *arguments, stdout=told, **options)
    return told.getvalue()


def test_erases_a_person_and_prints_what_stays(shopper):
    told = run("erase_person", str(shopper.public_id), "--yes")

    shopper.refresh_from_db()
    assert shopper.email == ""
    assert "1 account      It shows what was done" in told
    assert told.endswith("Everything else is gone.\n")


@pytest.mark.parametrize("answer", ["", "n", "yes please"])
def test_asks_before_it_erases(shopper, monkeypatch, answer):
    monkeypatch.setattr("builtins.input", lambda _: answer)

    with pytest.raises(CommandError, match="Nothing was done"):
        run("erase_person", str(shopper.public_id))
    shopper.refresh_from_db()
    assert shopper.is_active


def test_refuses_staff_and_nobody(staff):
    with pytest.raises(CommandError, match="Withdraw this person's roles first"):
        run("erase_person", str(staff.public_id), "--yes")
    with pytest.raises(CommandError, match="Nobody has this id"):
        run("erase_person", str(uuid4()), "--yes")


def test_an_operator_is_made_and_found(store):
    run("createsuperuser", email="Root@example.com", interactive=False)

    operator = User.objects.get_by_natural_key("root@EXAMPLE.com")
    assert operator.is_superuser
    assert operator.email == "Root@example.com"
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key("nobody@example.com")


def test_djangos_own_command_finds_whose_password_to_change(shopper, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda **_: "difference engine")

    run("changepassword", shopper.email.upper())

    shopper.refresh_from_db()
    assert shopper.check_password("difference engine")
