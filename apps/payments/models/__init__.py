from apps.payments.models.payment import Payment
from apps.payments.models.provider_event import ProviderEvent
from apps.payments.models.refund import Refund
from apps.payments.models.simulated_charge import SimulatedCharge
from apps.payments.models.simulated_refund import SimulatedRefund

__all__ = ["Payment", "ProviderEvent", "Refund", "SimulatedCharge", "SimulatedRefund"]
