"""What Tradepost asks of a payment gateway."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Protocol

from apps.core.money import Money
from apps.payments.charges import Charge, ChargeRequest, GatewayRefund, Notice

# Gateways remember an idempotency key for a day. After that, asking with it may charge anew.
KEYS_LIVE_FOR = timedelta(hours=23)


class Gateway(Protocol):
    """Somebody who moves money for us. `apps/payments/tests/gateways/contract.py` tells what every
    implementation must do.

    Whatever leaves the process is marked `@forbids_transaction`. A repeated idempotency key is
    answered with the same charge or refund, and moves no money again: that is what makes a payment
    resumable.

    Raises:
        GatewayUnavailable: no answer, and the effect is not known. Ask again with the same key.
    """

    name: ClassVar[str]

    @property
    def livemode(self) -> bool:
        """Whether real money moves."""

    def accepts(self, payment_method: str) -> bool:
        """This function will tell, without asking anybody, whether it may be a payment method."""

    def charge(self, request: ChargeRequest) -> Charge:
        """This function will take an amount from whoever owns the payment method, or set it aside.

        A charge that was declined is final: nothing the payer does later can revive it.
        """

    def withdraw(self, request: ChargeRequest) -> Charge:
        """This function will see to it that a charge never takes money any more.

        It may never have been asked for. What is too late to be stopped is returned as it stands:
        captured.
        """

    def find_charge(self, reference: str) -> Charge:
        """This function will return a charge as it now stands.

        Raises:
            ChargeNotFound: the gateway has none.
        """

    def capture(self, reference: str, *, amount: Money, idempotency_key: str) -> Charge:
        """This function will take the money of an authorized charge; one that can no longer be
        captured is returned as it stands."""

    def refund(
        self,
        *,
        charge_reference: str,
        amount: Money,
        idempotency_key: str,
        metadata: Mapping[str, str],
    ) -> GatewayRefund:
        """This function will give back a part of a captured charge, or all of it. More than is left
        is a refund that failed."""

    def find_refund(self, reference: str) -> GatewayRefund:
        """This function will return a refund as it now stands.

        Raises:
            ChargeNotFound: the gateway has none.
        """

    def read_notice(self, *, body: bytes, headers: Mapping[str, Any]) -> Notice:
        """This function will check who wrote a webhook, over its raw body, and read it. It asks
        nobody.

        Raises:
            WebhookRefused: not signed by the gateway, too old, or not what a gateway writes.
        """
