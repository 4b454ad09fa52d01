import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_proxies_are_addresses_and_networks(monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, unix, ::1,")

    assert env.networks("TRUSTED_PROXIES") == ["10.0.0.0/8", "unix", "::1"]


def test_a_network_that_is_none_is_named_when_the_process_starts(monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, proxy.example")

    with pytest.raises(ImproperlyConfigured, match=r"proxy\.example"):
        env.networks("TRUSTED_PROXIES")
