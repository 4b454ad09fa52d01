from apps.accounts.services.add_address import add_address
from apps.accounts.services.apply_activity import apply_activity
from apps.accounts.services.change_password import change_password
from apps.accounts.services.confirm_second_factor import confirm_second_factor
from apps.accounts.services.create_api_key import NewKey, create_api_key
from apps.accounts.services.create_customer import create_customer
from apps.accounts.services.delete_address import delete_address
from apps.accounts.services.end_session import end_session
from apps.accounts.services.end_sessions import end_sessions
from apps.accounts.services.ensure_signing_keys import ensure_signing_keys
from apps.accounts.services.erase_person import ErasureReport, erase_person
from apps.accounts.services.export_person import export_person
from apps.accounts.services.find_person import find_person
from apps.accounts.services.grant_role import grant_role
from apps.accounts.services.import_people import import_people
from apps.accounts.services.issue_recovery_codes import issue_recovery_codes
from apps.accounts.services.issue_tokens import AccessGrant, TokenPair, issue_tokens
from apps.accounts.services.log_out import log_out
from apps.accounts.services.mail_email_verification import mail_email_verification
from apps.accounts.services.mail_password_changed import mail_password_changed
from apps.accounts.services.mail_password_reset import mail_password_reset
from apps.accounts.services.prune_one_time_tokens import prune_one_time_tokens
from apps.accounts.services.prune_signing_keys import prune_signing_keys
from apps.accounts.services.prune_staff_sessions import prune_staff_sessions
from apps.accounts.services.prune_token_families import prune_token_families
from apps.accounts.services.record_login import record_login
from apps.accounts.services.record_refused_login import record_refused_login
from apps.accounts.services.refresh_tokens import refresh_tokens
from apps.accounts.services.register_person import register_person
from apps.accounts.services.request_email_verification import request_email_verification
from apps.accounts.services.request_password_reset import request_password_reset
from apps.accounts.services.reset_password import reset_password
from apps.accounts.services.reset_second_factor import reset_second_factor
from apps.accounts.services.restore_person import restore_person
from apps.accounts.services.reveal_details import reveal_details
from apps.accounts.services.revoke_api_key import revoke_api_key
from apps.accounts.services.revoke_signing_key import revoke_signing_key
from apps.accounts.services.rotate_signing_keys import rotate_signing_keys
from apps.accounts.services.set_password import set_password
from apps.accounts.services.start_second_factor import start_second_factor
from apps.accounts.services.update_address import update_address
from apps.accounts.services.update_customer import update_customer
from apps.accounts.services.update_people import fields_to_change, update_people
from apps.accounts.services.update_person import update_person
from apps.accounts.services.verify_email import verify_email
from apps.accounts.services.verify_second_factor import verify_second_factor
from apps.accounts.services.withdraw_person import withdraw_person
from apps.accounts.services.withdraw_role import withdraw_role

__all__ = [
    "AccessGrant",
    "ErasureReport",
    "NewKey",
    "TokenPair",
    "add_address",
    "apply_activity",
    "change_password",
    "confirm_second_factor",
    "create_api_key",
    "create_customer",
    "delete_address",
    "end_session",
    "end_sessions",
    "ensure_signing_keys",
    "erase_person",
    "export_person",
    "fields_to_change",
    "find_person",
    "grant_role",
    "import_people",
    "issue_recovery_codes",
    "issue_tokens",
    "log_out",
    "mail_email_verification",
    "mail_password_changed",
    "mail_password_reset",
    "prune_one_time_tokens",
    "prune_signing_keys",
    "prune_staff_sessions",
    "prune_token_families",
    "record_login",
    "record_refused_login",
    "refresh_tokens",
    "register_person",
    "request_email_verification",
    "request_password_reset",
    "reset_password",
    "reset_second_factor",
    "restore_person",
    "reveal_details",
    "revoke_api_key",
    "revoke_signing_key",
    "rotate_signing_keys",
    "set_password",
    "start_second_factor",
    "update_address",
    "update_customer",
    "update_people",
    "update_person",
    "verify_email",
    "verify_second_factor",
    "withdraw_person",
    "withdraw_role",
]
