from apps.accounts.services.add_address import add_address
from apps.accounts.services.delete_address import delete_address
from apps.accounts.services.end_sessions import end_sessions
from apps.accounts.services.erase_person import ErasureReport, erase_person
from apps.accounts.services.export_person import export_person
from apps.accounts.services.issue_tokens import AccessGrant, TokenPair, issue_tokens
from apps.accounts.services.refresh_access import refresh_access
from apps.accounts.services.register_person import register_person
from apps.accounts.services.update_address import update_address
from apps.accounts.services.update_person import update_person

__all__ = [
    "AccessGrant",
    "ErasureReport",
    "TokenPair",
    "add_address",
    "delete_address",
    "end_sessions",
    "erase_person",
    "export_person",
    "issue_tokens",
    "refresh_access",
    "register_person",
    "update_address",
    "update_person",
]
