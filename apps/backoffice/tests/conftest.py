import pytest

from apps.payments.tests.ledger_gateway import LedgerGateway


@pytest.fixture
def ledger(settings):
    settings.PAYMENT_GATEWAYS = [
        *settings.PAYMENT_GATEWAYS,
        "apps.payments.tests.ledger_gateway.LedgerGateway",
    ]
    LedgerGateway.forget()
    return LedgerGateway
