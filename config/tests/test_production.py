"""What production does not do unless it is told to."""

import json
import os
import subprocess
import sys

import pytest

ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "x" * 50,
    "FIELD_ENCRYPTION_KEYS": "dGVzdC1vbmx5LWFuZC1rbm93bi10by1ldmVyeWJvZHk=",
    "BLIND_INDEX_KEY": "y" * 32,
    "AUDIT_KEY": "z" * 32,
    "ALLOWED_HOSTS": "shop.example",
    "DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none",
    "AUDIT_DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/record",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "BROKER_URL": "amqp://127.0.0.1:1//",
    "EMAIL_URL": "smtp+tls://shop:secret@mail.example",
    "DEFAULT_FROM_EMAIL": "shop@shop.example",
}
SHOW = """
import json
from django.conf import settings
print(json.dumps([settings.PAYMENT_GATEWAYS, settings.SERVE_MEDIA, settings.DEBUG,
                  settings.ADMIN_REQUIRES_SECOND_FACTOR]))
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
    gateways, serves_media, debugs, _ = json.loads(production().stdout)
    assert (gateways, serves_media, debugs) == ([], False, False)


def test_staff_need_a_second_factor_unless_somebody_says_otherwise():
    *_, required = json.loads(production().stdout)
    assert required is True
    *_, required = json.loads(production(ADMIN_REQUIRES_SECOND_FACTOR="false").stdout)
    assert required is False


def test_a_demonstration_may_pretend():
    gateways, *_ = json.loads(production(ALLOW_SIMULATED_PAYMENTS="true").stdout)
    assert gateways == ["apps.payments.gateways.simulated.SimulatedGateway"]


def test_stripe_is_offered_where_there_is_a_key():
    gateways, *_ = json.loads(
        production(STRIPE_SECRET_KEY="sk_test_x", STRIPE_WEBHOOK_SECRETS="whsec_x").stdout
    )
    assert gateways == ["apps.payments.gateways.stripe.StripeGateway"]


@pytest.mark.parametrize("secrets", ["", " ", " , "])
def test_stripe_without_a_way_to_tell_us_is_refused(secrets):
    refused = production(STRIPE_SECRET_KEY="sk_test_x", STRIPE_WEBHOOK_SECRETS=secrets)
    assert refused.returncode != 0
    assert "Set STRIPE_WEBHOOK_SECRETS: " in refused.stderr


@pytest.mark.parametrize("name", sorted(set(ENVIRONMENT) - {"DJANGO_SETTINGS_MODULE"}))
def test_what_is_missing_is_named(name):
    refused = production(**{name: ""})
    assert refused.returncode != 0
    assert f"Set {name}: " in refused.stderr
