"""Whose cart it is: a person's, or that of a guest who shows a token."""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from apps.accounts.models import User
from apps.stores.models import Store


@dataclass(frozen=True, kw_only=True)
class CartHolder:
    """Who asks for a cart. Person and token together: a guest who has just logged in."""

    store: Store
    person: User | None = None
    token: str = ""

    @property
    def token_hash(self) -> str:
        """What is stored of the token: whoever reads the database cannot use it."""
        return sha256(self.token.encode()).hexdigest()


def new_token() -> str:
    """This function will return a token that nobody can guess: 256 random bits."""
    return secrets.token_urlsafe(32)
