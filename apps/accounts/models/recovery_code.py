from django.db import models
from django.utils.crypto import salted_hmac

from apps.accounts.models.user import User
from apps.core.models import Record


def digest_of(code: str) -> str:
    """This function will return what is kept of a recovery code: 64 hex digits.

    HMAC-SHA256 under `SECRET_KEY`. A code has 80 random bits, so no slower function is needed.
    Dashes, spaces and case do not matter.
    """
    plain = "".join(code.split()).replace("-", "").lower()
    return salted_hmac("accounts.recovery_code", plain, algorithm="sha256").hexdigest()


class RecoveryCode(Record):
    """A code for the day the authenticator is lost. Shown once, good once."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "digest"], name="recovery_code_once_for_person"
            ),
        ]

    def __str__(self) -> str:
        return f"a recovery code of {self.person_id}"
