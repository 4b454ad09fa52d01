from base64 import urlsafe_b64encode
from datetime import datetime
from hmac import compare_digest

from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from apps.accounts.models.user import User
from apps.core.encrypted_fields import EncryptedTextField
from apps.core.models import Record
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class OneTimeToken(StoreOwned, Record):
    """What a mailed link proves, once. The row holds no secret: that is derived when the mail is
    written, and again when it is shown."""

    class Purpose(models.TextChoices):
        VERIFY_EMAIL = "verify_email"
        RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose, not a secret

    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    # Whose it is; nobody's until the address that somebody typed was looked up.
    person = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    # What was typed, until it was looked up.
    address = EncryptedTextField(blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = StoreScopedQuerySet["OneTimeToken"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(person__isnull=False),
                name="used_token_has_its_person",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["verify_email", "reset_password"]),
                name="token_purpose_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "created_at"], name="token_by_store_and_time"),
            models.Index(fields=["person", "created_at"], name="token_by_person_and_time"),
            models.Index(fields=["expires_at"], name="token_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.public_id}"

    def is_open(self, *, now: datetime) -> bool:
        """This function will tell whether the token can still be used."""
        return self.used_at is None and now < self.expires_at

    def written_for(self, person: User) -> str:
        """This function will return what is mailed: the row's id and its secret.

        HMAC-SHA256 under `SECRET_KEY`, for this purpose, of the row's id and the person's address
        and, where a password is to be replaced, that password's hash: with either changed, it is
        another secret.
        """
        replaced = person.password if self.purpose == self.Purpose.RESET_PASSWORD else ""
        made_of = "\x00".join([str(self.public_id), person.email, replaced])
        mac = salted_hmac(f"accounts.token.{self.purpose}", made_of, algorithm="sha256").digest()
        return f"{self.public_id.hex}.{urlsafe_b64encode(mac).decode().rstrip('=')}"

    def is_shown_by(self, person: User, *, token: str) -> bool:
        """This function will tell whether a person shows what was mailed to them."""
        return compare_digest(self.written_for(person).encode(), token.encode())
