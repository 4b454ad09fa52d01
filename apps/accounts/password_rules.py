"""What a new password must be, beyond its length: not what everybody tries first."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

# Longer ones are no safer, and every log-in would have to hash them.
LONGEST_PASSWORD = 1024
_FRILLS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_MOST_FRILLS = 6
_FEWEST_DIFFERENT = 5


class MaximumLengthValidator:
    """At most 1024 characters, all of which count."""

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return f"Your password can have at most {LONGEST_PASSWORD} characters."


class DisguisedCommonPasswordValidator(CommonPasswordValidator):
    """A common password is one too when it is repeated, or has a few digits or signs around it."""

    def validate(self, password: str, user: object = None) -> None:
        plain = _unit(password.lower().strip())
        bare = _FRILLS.sub("", plain)
        is_dressed = len(plain) - len(bare) <= _MOST_FRILLS and bare in self.passwords
        if is_dressed or plain in self.passwords or len(set(plain)) < _FEWEST_DIFFERENT:
            raise ValidationError(self.get_error_message(), code="password_too_common")


def _unit(text: str) -> str:
    """What a text repeats: "abc" for "abcabcabc", the text itself where it repeats nothing."""
    length = (text + text).find(text, 1)
    return text[:length]
