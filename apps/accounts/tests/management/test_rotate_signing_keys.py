from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts import services
from apps.accounts.models import SigningKey


@pytest.fixture
def current(store):
    return services.ensure_signing_keys().kid


def rotate(*arguments):
    out = StringIO()
    call_command("rotate_signing_keys", *arguments, stdout=out)
    return out.getvalue().splitlines()


def of(state):
    return SigningKey.objects.get(state=state).kid


def test_has_the_next_key_sign(current):
    SigningKey.objects.update(created_at="2026-01-01T00:00Z")
    coming = of("next")

    assert rotate() == [f"{coming} signs now."]
    assert (of("current"), of("retiring")) == (coming, current)


def test_waits_until_all_know_the_next_key(current):
    with pytest.raises(CommandError, match="too young"):
        rotate()
    assert of("current") == current


def test_revokes_a_key_at_once(current):
    coming = of("next")

    assert rotate("--revoke", current) == [f"{current} is revoked.", f"{coming} signs now."]
    assert (of("current"), of("revoked")) == (coming, current)


def test_does_not_know_a_key(current):
    with pytest.raises(CommandError, match="No key is called x"):
        rotate("--revoke", "x")
    assert of("current") == current


def test_makes_the_first_key(store):
    assert rotate() == [f"{of('current')} signs now."]
