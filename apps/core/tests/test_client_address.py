import logging

import pytest
from django.test import RequestFactory

from apps.core.client_address import (
    ClientAddressMiddleware,
    client_address,
    current_client_address,
    subscriber_of,
)


def asked(address: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=address, headers=headers))


@pytest.fixture(autouse=True)
def _proxies(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "fd00::/8"]


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7"])
def test_a_caller_who_is_no_proxy_is_who_they_are_whatever_they_say(address):
    assert asked(address, "198.51.100.1") == address


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7, 10.9.9.9", "203.0.113.7"),
        ("10.0.0.7, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ('"[2001:db8::7]"', "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, ::ffff:10.3.3.3", "1.1.1.1"),
        ("<script>, 203.0.113.7", "203.0.113.7"),
    ],
)
def test_a_trusted_proxy_says_whom_it_speaks_for(forwarded, address):
    assert asked("10.1.2.3", forwarded) == address


@pytest.mark.parametrize("forwarded", [None, "", " , ", "unknown", "1.1.1.1, unknown", "1.2.3.4.5"])
def test_a_trusted_proxy_that_names_nobody_stands_for_itself(forwarded):
    assert asked("10.1.2.3", forwarded) == "10.1.2.3"


def test_among_proxies_alone_it_is_the_farthest():
    assert asked("fd00::1", "10.0.0.1, 10.0.0.2") == "10.0.0.1"


def test_several_headers_are_one_list():
    # As WSGI servers join them.
    assert asked("10.1.2.3", "1.1.1.1,203.0.113.7,10.0.0.5") == "203.0.113.7"


def test_a_unix_socket_is_a_proxy_only_where_a_setting_says_so(settings):
    assert asked("", "203.0.113.7") == ""

    settings.TRUSTED_PROXIES = ["unix"]

    assert asked("", "203.0.113.7") == "203.0.113.7"
    assert asked("203.0.113.9", "203.0.113.7") == "203.0.113.9"


def test_without_the_setting_nobody_is_trusted(settings):
    settings.TRUSTED_PROXIES = []

    assert asked("10.1.2.3", "203.0.113.7") == "10.1.2.3"


@pytest.mark.parametrize(
    ("address", "subscriber"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("", ""),
    ],
)
def test_an_ipv6_subscriber_is_a_network(address, subscriber):
    assert subscriber_of(address) == subscriber


def test_the_address_is_known_to_whatever_the_request_causes():
    found = []
    work = ClientAddressMiddleware(lambda request: found.append(current_client_address()))

    work(RequestFactory().get("/", REMOTE_ADDR="203.0.113.7"))

    assert found == ["203.0.113.7"]
    assert current_client_address() == ""


@pytest.mark.django_db
def test_the_log_knows_where_a_request_came_from_and_is_told_no_lies(client, caplog, settings):
    with caplog.at_level(logging.INFO, logger="django_structlog"):
        client.get(
            "/health/live", REMOTE_ADDR="203.0.113.7", headers={"X-Forwarded-For": "1.1.1.1"}
        )
        client.get("/health/live", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.1.1.1"})

    assert [line.msg["ip"] for line in caplog.records if "request" in line.msg] == [
        "203.0.113.7",
        "203.0.113.7",
        "1.1.1.1",
        "1.1.1.1",
    ]
