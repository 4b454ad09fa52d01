"""Text that only holders of a key can read, and indexes of it that only they can compute.

Each encrypted text names its key: `<key id>$<Fernet token>`. So a key is found without trying, and
what a rotation has yet to do can be asked of the database.
"""

import hashlib
import hmac
import unicodedata
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

_SEPARATOR = "$"


class Undecipherable(ValueError):
    """It was encrypted under a key that is not in the ring, or is no encrypted text at all."""


@cache
def key_id(key: str) -> str:
    """This function will return the name of a key: the first 8 hex digits of its SHA-256."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def current_key_id() -> str:
    """This function will return the name of the key that new texts are encrypted under."""
    return key_id(settings.FIELD_ENCRYPTION_KEYS[0])


def known_key_ids() -> list[str]:
    """This function will return the names of all keys of the ring."""
    return [key_id(key) for key in settings.FIELD_ENCRYPTION_KEYS]


def encrypt(text: str) -> str:
    """This function will encrypt a text under the first key of `FIELD_ENCRYPTION_KEYS`.

    Fernet: AES-128 in CBC mode, HMAC-SHA256, a random initialisation vector (github.com/fernet).
    """
    return encrypt_bytes(text.encode()).decode()


def encrypt_bytes(content: bytes) -> bytes:
    """This function will encrypt what is no text, the same way: the result is ASCII."""
    key = settings.FIELD_ENCRYPTION_KEYS[0]
    return f"{key_id(key)}{_SEPARATOR}".encode() + _cipher(key).encrypt(content)


def decrypt(kept: str) -> str:
    """This function will read what `encrypt` wrote, under whichever key of the ring.

    Raises:
        Undecipherable: no key of the ring reads it.
    """
    return decrypt_bytes(kept.encode()).decode()


def decrypt_bytes(kept: bytes) -> bytes:
    """This function will read what `encrypt_bytes` wrote.

    Raises:
        Undecipherable: no key of the ring reads it.
    """
    name, _, token = kept.partition(_SEPARATOR.encode())
    key = next(
        (key for key in settings.FIELD_ENCRYPTION_KEYS if key_id(key).encode() == name), None
    )
    if key is None:
        raise Undecipherable("It was encrypted under a key that is not in FIELD_ENCRYPTION_KEYS.")
    try:
        return _cipher(key).decrypt(token)
    except InvalidToken as error:
        raise Undecipherable("It is not what was encrypted: changed, or cut off.") from error


def blind_index(text: str, *, purpose: str) -> str:
    """This function will return what stands for a text where it is looked up: 64 hex digits.

    HMAC-SHA256 under `BLIND_INDEX_KEY` of the purpose and the text, in Unicode's composed form and
    without regard to case. Equal texts have equal indexes within one purpose, and nobody without
    the key can try out texts.
    """
    normal = unicodedata.normalize("NFC", text).strip().lower()
    message = f"{purpose}\x00{normal}".encode()
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()


@cache
def _cipher(key: str) -> Fernet:
    return Fernet(key)
