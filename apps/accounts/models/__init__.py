"""People: who they are to a store, what they may do there, where they live, and their tokens."""

from apps.accounts.models.address import Address
from apps.accounts.models.membership import Membership
from apps.accounts.models.signing_key import SigningKey, SigningKeyState
from apps.accounts.models.token_family import EndReason, TokenFamily
from apps.accounts.models.user import User

__all__ = [
    "Address",
    "EndReason",
    "Membership",
    "SigningKey",
    "SigningKeyState",
    "TokenFamily",
    "User",
]
