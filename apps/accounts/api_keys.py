"""What an API key looks like: `tpk_<prefix>_<secret>`, of which the database has a digest."""

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

_FORM = re.compile(r"tpk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class KeyText:
    """A key as its owner has it."""

    prefix: str
    text: str

    @property
    def digest(self) -> str:
        """What is stored. The secret has 256 random bits, so a fast digest cannot be guessed."""
        return digest_of(self.text)


def make_key() -> KeyText:
    """This function will make a key that nobody can guess."""
    prefix = secrets.token_hex(4)
    return KeyText(prefix=prefix, text=f"tpk_{prefix}_{secrets.token_urlsafe(32)}")


def looks_like_key(text: str) -> bool:
    """This function will tell whether a text may be a key at all."""
    return _FORM.fullmatch(text) is not None


def digest_of(text: str) -> str:
    """This function will return what a key is found by: comparing digests tells nobody how much of
    a guess was right."""
    return sha256(text.encode()).hexdigest()
