"""The words that the simulated gateway takes for a payment method, and what comes of them.

They are words, where a real gateway's test mode has card numbers, because no card number ever
reaches us. Those are Stripe's for the same behaviour (https://docs.stripe.com/testing):

| payment method         | what happens                                      | Stripe's test card  |
|------------------------|---------------------------------------------------|---------------------|
| `success`              | captured                                          | 4242 4242 4242 4242 |
| `decline`              | fails: `card_declined`                            | 4000 0000 0000 0002 |
| `insufficient_funds`   | fails: `insufficient_funds`                       | 4000 0000 0000 9995 |
| `requires_action`      | waits for 3-D Secure on a page of ours, named by  | 4000 0027 6000 3184 |
|                        | the answer; it succeeds or fails as one wishes    |                     |
| (empty)                | the same: the page is the gateway's own form      |                     |
| `timeout_after_effect` | captured, but the answer is lost; asked again, it |                     |
|                        | says so                                           |                     |
| `processing`,          | not known yet; captured a little later, and told  | bank debits         |
| `webhook_late`         | by webhook                                        |                     |
| `webhook_first`        | captured; its webhook comes before the answer     |                     |
| `webhook_twice`        | captured; its webhook comes twice                 |                     |

What is captured is only authorized when a store captures at shipment.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.payments.charges import ChargeOutcome

_O = ChargeOutcome


@dataclass(frozen=True)
class Plan:
    """What comes of a payment method. `webhooks` counts those that come after the answer."""

    outcome: ChargeOutcome
    failure_code: str = ""
    silent: bool = False
    webhook_first: bool = False
    webhooks: int = 0


_WAITS_FOR_PAYER = Plan(_O.REQUIRES_ACTION)
_WAITS_FOR_BANK = Plan(_O.PROCESSING)

PLANS: Mapping[str, Plan] = {
    "": _WAITS_FOR_PAYER,
    "success": Plan(_O.CAPTURED),
    "decline": Plan(_O.FAILED, "card_declined"),
    "insufficient_funds": Plan(_O.FAILED, "insufficient_funds"),
    "requires_action": _WAITS_FOR_PAYER,
    "timeout_after_effect": Plan(_O.CAPTURED, silent=True),
    "processing": _WAITS_FOR_BANK,
    "webhook_late": _WAITS_FOR_BANK,
    "webhook_first": Plan(_O.CAPTURED, webhook_first=True),
    "webhook_twice": Plan(_O.CAPTURED, webhooks=2),
}
UNKNOWN = Plan(_O.FAILED, "unknown_payment_method")
