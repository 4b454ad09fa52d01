"""People: who they are to a store, what they may do there, and where they live."""

from apps.accounts.models.address import Address
from apps.accounts.models.membership import Membership
from apps.accounts.models.user import User

__all__ = ["Address", "Membership", "User"]
