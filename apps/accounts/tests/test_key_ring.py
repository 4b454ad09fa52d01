"""A process remembers keys, and asks again when it must, but not when it is made to."""

import pytest
from django.utils import timezone

from apps.accounts import key_ring, services
from apps.accounts.models import SigningKey
from apps.accounts.tests.factories import signer
from tests.statements import at_most


@pytest.fixture
def current(store):
    return signer()


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass when they are told to."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    made = Clock()
    monkeypatch.setattr(key_ring, "time", made)
    key_ring.forget()
    return made


def rotated_elsewhere():
    """Another process has rotated twice: this one has never seen the key that signs now."""
    for _ in range(2):
        SigningKey.objects.update(created_at="2026-01-01T00:00Z")
        read, key_ring.forget = key_ring.forget, lambda: None
        try:
            key = services.rotate_signing_keys(now=timezone.now())
        finally:
            key_ring.forget = read
    return key.kid


def test_keys_are_read_once(current):
    with at_most(0):
        assert key_ring.public_key(current.kid) is not None
        assert current.kid in key_ring.public_keys()


def test_a_key_that_is_not_known_is_asked_for(current, clock):
    key_ring.public_keys()
    kid = rotated_elsewhere()
    assert key_ring.public_key(kid) is None  # within the same second

    clock.now += 1
    assert key_ring.public_key(kid) is not None


def test_whoever_invents_names_has_the_ring_read_once_a_second(current, clock):
    key_ring.public_keys()
    with at_most(0):
        for number in range(100):
            assert key_ring.public_key(f"{number:043}") is None
    clock.now += 1
    with at_most(1):
        for number in range(100):
            assert key_ring.public_key(f"{number:043}") is None


def test_what_others_have_changed_is_seen_after_half_a_minute(current, clock):
    key_ring.public_keys()
    SigningKey.objects.get(kid=current.kid).revoke(kept_until=timezone.now())

    clock.now += 29
    assert current.kid in key_ring.public_keys()
    clock.now += 1
    assert current.kid not in key_ring.public_keys()


def test_an_empty_ring_is_not_remembered(store):
    assert key_ring.public_keys() == {}
    made = signer()
    assert made.kid in key_ring.public_keys()


def test_which_key_signs_is_asked_each_time(current):
    assert key_ring.signer() is current
    kid = rotated_elsewhere()
    assert key_ring.signer().kid == kid
    with at_most(1):
        assert key_ring.signer().kid == kid
