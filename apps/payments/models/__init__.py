from apps.payments.models.payment import Payment
from apps.payments.models.provider_event import ProviderEvent
from apps.payments.models.refund import Refund

__all__ = ["Payment", "ProviderEvent", "Refund"]
