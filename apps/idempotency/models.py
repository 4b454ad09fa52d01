from django.db import models
from django.utils import timezone

from apps.core.encrypted_fields import EncryptedTextField
from apps.core.locking import LockingQuerySet


class IdempotencyKey(models.Model):
    """A key a caller has used, and the answer it was given.

    The row is written in the transaction of the effect, so it is there if and only if the effect
    is. A row without an answer belongs to a request that talks to a gateway between two
    transactions; it holds the key until `held_until`.
    """

    store = models.UUIDField(editable=False)
    caller = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = EncryptedTextField(default="")
    held_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LockingQuerySet["IdempotencyKey"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "caller", "key"], name="idempotency_key_once_for_each_caller"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_by_age")]

    def __str__(self) -> str:
        return self.key

    @property
    def is_answered(self) -> bool:
        """Whether the effect is complete and its answer known."""
        return self.status is not None
