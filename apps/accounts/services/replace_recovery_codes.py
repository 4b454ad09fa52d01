"""Ten ways back in."""

import secrets
from base64 import b32encode

from apps.accounts.models import RecoveryCode, User
from apps.accounts.models.recovery_code import digest_of
from apps.core.transactions import requires_transaction

_COUNT = 10
_RANDOM_BYTES = 10  # 80 bits: 16 letters and digits
_GROUP = 4


@requires_transaction
def replace_recovery_codes(*, person: User) -> list[str]:
    """This function will return ten new recovery codes; the former ones are worth nothing then.

    The caller has locked the person's authenticator. Only digests are kept.
    """
    codes = [_new_code() for _ in range(_COUNT)]
    RecoveryCode.objects.filter(person=person).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(person=person, digest=digest_of(code)) for code in codes
    )
    return codes


def _new_code() -> str:
    text = b32encode(secrets.token_bytes(_RANDOM_BYTES)).decode().lower()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))
