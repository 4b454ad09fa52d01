"""The Stripe gateway keeps the contract with Stripe itself, for whoever has an account there:

    STRIPE_TEST_SECRET_KEY=sk_test_… pytest apps/payments/tests/gateways/test_stripe_test_mode.py

with the test key of an account that takes cards in EUR. No money moves; the intents stay among the
account's test data. What takes a payer's browser, or a lost answer, is left out.
"""

import os
from typing import Any

import pytest

from apps.payments.tests.gateways.contract import GatewayCase
from apps.payments.tests.gateways.stripe_cases import case_of_test_mode, use_test_mode

KEY = os.environ.get("STRIPE_TEST_SECRET_KEY", "")
if not KEY:
    pytest.skip("STRIPE_TEST_SECRET_KEY names no account at Stripe", allow_module_level=True)

from apps.payments.tests.gateways.contract import *  # noqa: E402, F403 - only with an account


@pytest.fixture
def gateway_case(settings: Any) -> GatewayCase:
    use_test_mode(KEY, settings)
    return case_of_test_mode()
