"""People and what they are logged in by, on the staff site."""

from apps.accounts.admin.people import AddressAdmin, GroupAdmin, UserAdmin
from apps.accounts.admin.sessions import TokenFamilyAdmin
from apps.accounts.admin.signing_keys import SigningKeyAdmin

__all__ = ["AddressAdmin", "GroupAdmin", "SigningKeyAdmin", "TokenFamilyAdmin", "UserAdmin"]
