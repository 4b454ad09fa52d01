"""What we and a payment gateway speak of, in the field's own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from apps.core.money import Money


class ChargeOutcome(StrEnum):
    """How a charge stands."""

    REQUIRES_ACTION = "requires_action"  # the payer has to do something: 3-D Secure, another card
    PROCESSING = "processing"  # the gateway itself does not know yet
    AUTHORIZED = "authorized"  # the money is set aside, and is ours when it is captured
    CAPTURED = "captured"
    FAILED = "failed"  # no money moved, and none will
    CANCELED = "canceled"  # given up; no money moved, and none will


class RefundOutcome(StrEnum):
    """How a refund stands."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class CaptureMethod(StrEnum):
    """When the money is taken."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"  # authorized now, captured by `Gateway.capture`


@dataclass(frozen=True, kw_only=True)
class ChargeRequest:
    """What a charge is asked for with; the same each time it is asked for.

    `metadata` names the order, the payment and the store (public ids) to whoever reads the
    gateway's dashboard and to our own webhook. An empty `payment_method` lets the payer choose one
    in the gateway's own form. `reference` is the gateway's name for the charge once we know it:
    a gateway remembers its charges for ever and idempotency keys for a day. `since` is when it was
    asked for first, if that is known: after that day the key alone proves nothing.
    """

    amount: Money
    payment_method: str
    idempotency_key: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    capture_method: CaptureMethod = CaptureMethod.AUTOMATIC
    reference: str = ""
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A charge as the gateway sees it.

    `amount` is what it is about: captured, when it is captured. `failure_code` says why it failed,
    or why the payer has to act again. `client_secret` and `redirect_url` let the payer go on when
    it requires action.
    """

    reference: str
    outcome: ChargeOutcome
    amount: Money
    failure_code: str = ""
    client_secret: str = field(default="", repr=False)
    redirect_url: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    livemode: bool = False


@dataclass(frozen=True, kw_only=True)
class GatewayRefund:
    """A refund as the gateway sees it. `failure_code` says why, when it failed.

    A notice of a refund tells its `amount`: it may have been made in the gateway's own dashboard.
    """

    reference: str
    outcome: RefundOutcome
    failure_code: str = ""
    amount: Money | None = None
    charge_reference: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a gateway tells us by webhook: the charge or the refund as it was when it wrote.

    Neither is there when the notice is of a kind that we have no use for.
    """

    event_id: str
    kind: str
    charge: Charge | None = None
    refund: GatewayRefund | None = None


def payment_named_by(metadata: Mapping[str, str]) -> UUID | None:
    """This function will return the public id of the payment that metadata of ours name."""
    try:
        return UUID(metadata.get("payment", ""))
    except ValueError:
        return None
