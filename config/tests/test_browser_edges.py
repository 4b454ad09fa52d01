"""What production tells browsers: to come by HTTPS, to whom cookies belong, who may read along."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from config.tests.test_production import ENVIRONMENT

ASK = """
import json
import django
django.setup()
from django.conf import settings
from django.test import Client

def ask(**headers):
    answer = Client().get("/health/live", HTTP_HOST="shop.example", **headers)
    return [answer.status_code, {name.lower(): text for name, text in answer.items()}]

by_https = {"HTTP_X_FORWARDED_PROTO": "https"}
foreign = by_https | {"HTTP_ORIGIN": "https://www.shop.example"}
names = [name for name in dir(settings) if "_COOKIE_" in name or name == "MESSAGE_STORAGE"]
print(json.dumps({
    "https": ask(**by_https),
    "foreign": ask(**foreign),
    "cookies": {name: str(getattr(settings, name)) for name in names},
}))
"""


def production(**more: str) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "-c", ASK],
        env=os.environ | ENVIRONMENT | more,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What an installation says that names no other origin."""
    return production()


def test_whoever_came_by_https_comes_by_https_again(told):
    status, headers = told["https"]
    assert status == 200
    assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"


def test_answers_are_what_they_say_and_stand_in_no_frame(told):
    _, headers = told["https"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_cookies_are_for_this_host_and_for_https(told):
    cookies = told["cookies"]
    for kind in ("SESSION", "CSRF"):
        assert cookies[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert cookies[f"{kind}_COOKIE_SECURE"] == "True"
        assert cookies[f"{kind}_COOKIE_PATH"] == "/"
        assert cookies[f"{kind}_COOKIE_DOMAIN"] == "None"
        assert cookies[f"{kind}_COOKIE_SAMESITE"] == "Lax"
    assert cookies["SESSION_COOKIE_HTTPONLY"] == "True"
    assert cookies["MESSAGE_STORAGE"].endswith("SessionStorage")


def test_another_origin_reads_nothing_unless_it_is_named(told):
    status, headers = told["foreign"]
    assert status == 200
    assert "access-control-allow-origin" not in headers
    _, headers = production(CORS_ALLOWED_ORIGINS="https://www.shop.example")["foreign"]
    assert headers["access-control-allow-origin"] == "https://www.shop.example"
    assert "access-control-allow-credentials" not in headers
