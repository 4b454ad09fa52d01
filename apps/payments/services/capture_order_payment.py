"""Taking the money that was authorized, now that the goods leave."""

from uuid import UUID

from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.events.actors import Actor
from apps.payments.errors import GatewayUnavailable
from apps.payments.gateways import find_gateway
from apps.payments.models import Payment
from apps.payments.services.plan_next_check import plan_next_check
from apps.payments.services.record_charge import record_charge


@forbids_transaction
def capture_order_payment(*, order_id: UUID, by: Actor = None) -> None:
    """This function will capture the authorized payment of an order (public id), if it has one.

    All of it is captured with the first shipment: an authorization is good for one capture. It may
    be called again at any time. An authorization that has run out meanwhile flags the order for
    staff.

    Raises:
        GatewayUnavailable: the outcome is not known yet; it is asked again by itself.
    """
    for payment in Payment.objects.filter(order__public_id=order_id).capturable():
        try:
            charge = find_gateway(payment.gateway).capture(
                payment.gateway_reference,
                amount=payment.charged,
                idempotency_key=f"{payment.gateway_idempotency_key}:capture",
            )
        except GatewayUnavailable:
            plan_next_check(call=payment, now=timezone.now())
            raise
        record_charge(
            payment_id=payment.public_id,
            charge=charge,
            by=by,
            now=timezone.now(),
        )
