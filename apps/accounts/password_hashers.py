"""Hashes that people bring along from elsewhere: read, and replaced at the first log-in."""

import re

import bcrypt
from django.contrib.auth.hashers import BCryptPasswordHasher

# What other programs write: no name of a hasher before it.
_BARE = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}")
_LONGEST_BYTES = 72
# One step more is twice the time; a hash of cost 31 would take days.
_MOST_ROUNDS = 15


def named_hash(stored: str) -> str:
    """This function will put the hasher's name before a bare bcrypt hash, as Django writes it."""
    return f"bcrypt${stored}" if _BARE.fullmatch(stored) else stored


class BcryptHasher(BCryptPasswordHasher):
    """bcrypt over the password itself, cost 12. It sees 72 bytes at most: a longer password never
    matches, rather than by its beginning. Its owner resets it."""

    def verify(self, password: str, encoded: str) -> bool:
        """This function will compare; what is no bcrypt hash matches nothing."""
        secret = password.encode()
        try:
            _, _, _, rounds, _ = encoded.split("$", 4)
            if int(rounds) > _MOST_ROUNDS:
                return False
            matches = bcrypt.checkpw(secret[:_LONGEST_BYTES], encoded.partition("$")[2].encode())
        except ValueError:
            return False
        return matches and len(secret) <= _LONGEST_BYTES
