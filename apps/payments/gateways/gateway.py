"""What Tradepost asks of a payment gateway, in the field's own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from apps.core.money import Money


class ChargeOutcome(StrEnum):
    """How a charge stands."""

    CAPTURED = "captured"
    FAILED = "failed"
    PROCESSING = "processing"  # the gateway itself does not know yet


class RefundOutcome(StrEnum):
    """How a refund ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A charge as the gateway sees it. `failure_code` says why, when it failed."""

    reference: str
    outcome: ChargeOutcome
    failure_code: str = ""


@dataclass(frozen=True, kw_only=True)
class GatewayRefund:
    """A refund as the gateway sees it. `failure_code` says why, when it failed."""

    reference: str
    outcome: RefundOutcome
    failure_code: str = ""


class Gateway(Protocol):
    """Somebody who moves money for us. `apps/payments/tests/gateways/contract.py` tells what every
    implementation must do.

    `charge` and `refund` leave the process, so each implementation marks them
    `@forbids_transaction`. They answer a repeated idempotency key with the same charge or refund,
    as it stands now, and move no money again: that is what makes a payment resumable.

    Raises:
        GatewayUnavailable: no answer, and the effect is not known. Ask again with the same key.
    """

    name: ClassVar[str]

    def accepts(self, payment_method: str) -> bool:
        """This function will tell, without asking anybody, whether it may be a payment method."""

    def charge(
        self,
        *,
        amount: Money,
        payment_method: str,
        idempotency_key: str,
        metadata: Mapping[str, str],
    ) -> Charge:
        """This function will take an amount from whoever owns the payment method."""

    def refund(
        self, *, charge_reference: str, amount: Money, idempotency_key: str
    ) -> GatewayRefund:
        """This function will give back a part of a captured charge, or all of it."""
