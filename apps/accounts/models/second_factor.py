from base64 import b32encode
from typing import Any, Self
from urllib.parse import quote, urlencode

from django.db import models
from django_otp.models import Device, DeviceManager, ThrottlingMixin
from django_otp.oath import TOTP
from django_otp.util import random_hex

from apps.accounts.models.user import User
from apps.core.encrypted_fields import EncryptedTextField
from apps.core.locking import LockingQuerySet
from apps.core.models import Record

_STEP_SECONDS = 30
_DIGITS = 6
# A clock may be so many steps off, either way.
_TOLERANCE = 1
# After failures one waits 1, 2, 4 … seconds, and no longer than this.
_LONGEST_WAIT_DOUBLINGS = 10


def new_key() -> str:
    """This function will return a secret of 160 bits, as RFC 4226 recommends, in hex."""
    return random_hex(20)


class SecondFactorQuerySet(LockingQuerySet["SecondFactor"]):
    def in_use_by(self, person: User) -> Self:
        """This function will keep what a person is asked for: what they have begun to set up is
        not."""
        return self.filter(user=person, confirmed=True)


class SecondFactor(ThrottlingMixin, Device, Record):
    """An authenticator that shows a new code every 30 seconds (TOTP, RFC 6238).

    Device and throttling are django-otp's; its own table would keep the secrets in clear.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    name = models.CharField(max_length=64, default="authenticator")
    confirmed = models.BooleanField(default=False)
    key = EncryptedTextField(default=new_key)
    # The time step of the last code that was taken: neither it nor an older one is taken again.
    last_step = models.BigIntegerField(default=-1)

    objects = DeviceManager.from_queryset(SecondFactorQuerySet)()  # type: ignore[misc]

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"

    def get_throttle_factor(self) -> int:
        return 1

    def throttle_increment(self, commit: bool = True) -> None:  # noqa: FBT001, FBT002 - django-otp's
        """This function will count a failure."""
        super().throttle_increment(commit=False)
        self.throttling_failure_count = min(self.throttling_failure_count, _LONGEST_WAIT_DOUBLINGS)
        if commit:
            self.save(update_fields=["throttling_failure_count", "throttling_failure_timestamp"])

    def verify_token(self, token: str) -> bool:
        """This function will take a code that is right and was not taken before.

        Call it on a locked row: a code is worth one log-in.
        """
        allowed, _ = self.verify_is_allowed()
        if not allowed:
            return False
        clock = TOTP(bytes.fromhex(self.key), step=_STEP_SECONDS, digits=_DIGITS)
        if not clock.verify(_number(token), tolerance=_TOLERANCE, min_t=self.last_step + 1):
            self.throttle_increment()
            return False
        self.last_step = clock.t()
        self.throttle_reset(commit=False)
        self.save()
        return True

    def enrolment_url(self, *, issuer: str) -> str:
        """This function will return what the QR code says: an otpauth URI."""
        account = quote(f"{issuer}:{self.user.email}", safe="@:")
        details: dict[str, Any] = {"secret": self.readable_key, "issuer": issuer}
        return f"otpauth://totp/{account}?{urlencode(details, quote_via=quote)}"

    @property
    def readable_key(self) -> str:
        """The secret in base 32, to be typed where no camera is."""
        return b32encode(bytes.fromhex(self.key)).decode()


def _number(token: str) -> int:
    """The number a code says, -1 when it is none: six ASCII digits, however they are grouped."""
    digits = "".join(token.split())
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == _DIGITS else -1
