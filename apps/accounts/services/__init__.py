from apps.accounts.services.add_address import add_address
from apps.accounts.services.delete_address import delete_address
from apps.accounts.services.end_session import end_session
from apps.accounts.services.end_sessions import end_sessions
from apps.accounts.services.ensure_signing_keys import ensure_signing_keys
from apps.accounts.services.erase_person import ErasureReport, erase_person
from apps.accounts.services.export_person import export_person
from apps.accounts.services.issue_tokens import AccessGrant, TokenPair, issue_tokens
from apps.accounts.services.log_out import log_out
from apps.accounts.services.prune_signing_keys import prune_signing_keys
from apps.accounts.services.prune_token_families import prune_token_families
from apps.accounts.services.record_login import record_login
from apps.accounts.services.refresh_tokens import refresh_tokens
from apps.accounts.services.register_person import register_person
from apps.accounts.services.revoke_signing_key import revoke_signing_key
from apps.accounts.services.rotate_signing_keys import rotate_signing_keys
from apps.accounts.services.update_address import update_address
from apps.accounts.services.update_person import update_person

__all__ = [
    "AccessGrant",
    "ErasureReport",
    "TokenPair",
    "add_address",
    "delete_address",
    "end_session",
    "end_sessions",
    "ensure_signing_keys",
    "erase_person",
    "export_person",
    "issue_tokens",
    "log_out",
    "prune_signing_keys",
    "prune_token_families",
    "record_login",
    "refresh_tokens",
    "register_person",
    "revoke_signing_key",
    "rotate_signing_keys",
    "update_address",
    "update_person",
]
