"""What production does not do unless it is told to."""

import json
import os
import subprocess
import sys

import pytest

ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "shop.example",
    "DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "BROKER_URL": "amqp://127.0.0.1:1//",
}
SHOW = """
import json
from django.conf import settings
print(json.dumps([settings.PAYMENT_GATEWAYS, settings.SERVE_MEDIA, settings.DEBUG]))
"""


def production(**more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        env=os.environ | ENVIRONMENT | more,
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_is_paid_with_pretended_money():
    assert json.loads(production().stdout) == [[], False, False]


def test_a_demonstration_may_pretend():
    gateways, *_ = json.loads(production(ALLOW_SIMULATED_PAYMENTS="true").stdout)
    assert gateways == ["apps.payments.gateways.simulated.SimulatedGateway"]


@pytest.mark.parametrize("name", sorted(set(ENVIRONMENT) - {"DJANGO_SETTINGS_MODULE"}))
def test_what_is_missing_is_named(name):
    refused = production(**{name: ""})
    assert refused.returncode != 0
    assert f"Set {name}: " in refused.stderr
