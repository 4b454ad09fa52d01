from datetime import datetime
from typing import Self, TypeVar

from django.db import models

from apps.payments.models.gateway_key import new_gateway_key
from apps.stores.models import StoreScopedQuerySet

C = TypeVar("C", bound="GatewayCall")


class GatewayCallQuerySet(StoreScopedQuerySet[C]):
    def due(self, *, now: datetime) -> Self:
        """This function will keep what the gateway should be asked about."""
        return self.filter(check_at__lte=now)


class GatewayCall(models.Model):
    """Something that a gateway is asked for, and that can be resumed wherever it stopped."""

    gateway_idempotency_key = models.CharField(
        max_length=64, unique=True, default=new_gateway_key, editable=False
    )
    gateway_reference = models.CharField(max_length=255, blank=True)
    failure_code = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="How often in a row the gateway gave no answer.",
    )
    check_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When the gateway is asked how it stands; empty once that is settled.",
    )

    class Meta:
        abstract = True

    def plan_check(self, *, at: datetime, attempts: int = 0) -> None:
        """This function will have the gateway asked later, after so many silences in a row."""
        self.check_at = at
        self.attempts = attempts
        self.save(update_fields=["check_at", "attempts"])
