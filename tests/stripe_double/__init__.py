"""A small Stripe with books, for tests: real HTTP on 127.0.0.1, driven by Stripe's own client.

    with stripe_double(webhook_url=…) as double:
        stripe.StripeClient(double.client_key, base_addresses={"api": double.url})

or `python -m tests.stripe_double --port 12111`. It does what Stripe documents, and refuses what it
does not model. It stands in no path that ships.
"""

from tests.stripe_double.double import StripeDouble, stripe_double
from tests.stripe_double.faults import KINDS as FAULTS
from tests.stripe_double.ledger import Movement
from tests.stripe_double.payment_methods import BEHAVIOURS as PAYMENT_METHODS
from tests.stripe_double.signatures import sign
from tests.stripe_double.webhooks import Delivery

__all__ = [
    "FAULTS",
    "PAYMENT_METHODS",
    "Delivery",
    "Movement",
    "StripeDouble",
    "sign",
    "stripe_double",
]
