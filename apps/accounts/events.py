"""What happens to people and their addresses. Ids only: an event never says who they are."""

from dataclasses import dataclass
from uuid import UUID

from apps.events.event import Event


@dataclass(frozen=True, kw_only=True)
class CustomerRegistered(Event):
    name = "customer.registered"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class CustomerImported(Event):
    """Somebody was a customer of another shop, and came with its file. Nobody writes to them."""

    name = "customer.imported"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class CustomerUpdated(Event):
    name = "customer.updated"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class CustomerErased(Event):
    """The person is forgotten: whoever keeps something about this id forgets it, too."""

    name = "customer.erased"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class CustomerDeactivated(Event):
    name = "customer.deactivated"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class CustomerReactivated(Event):
    name = "customer.reactivated"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class EmailVerificationRequested(Event):
    """Somebody wants the mail that verifies their address, once more or for a new address."""

    name = "customer.email_verification_requested"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class EmailVerified(Event):
    name = "customer.email_verified"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Event):
    """Somebody typed an address. Whose it is, and whether it is anybody's, is not known yet."""

    name = "password_reset.requested"
    aggregate_type = "password_reset"


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    name = "customer.password_changed"
    aggregate_type = "customer"

    how: str  # "change", "reset" or "staff"


@dataclass(frozen=True, kw_only=True)
class SecondFactorEnrolled(Event):
    name = "second_factor.enrolled"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class SecondFactorReset(Event):
    name = "second_factor.reset"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(Event):
    name = "second_factor.recovery_code_used"
    aggregate_type = "customer"

    left: int


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesIssued(Event):
    name = "second_factor.recovery_codes_issued"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class StaffLogInRefused(Event):
    """Somebody tried to be this member of staff, and could not show that they are."""

    name = "staff.log_in_refused"
    aggregate_type = "customer"

    method: str


@dataclass(frozen=True, kw_only=True)
class AddressCreated(Event):
    name = "address.created"
    aggregate_type = "address"

    customer_id: UUID


@dataclass(frozen=True, kw_only=True)
class AddressUpdated(Event):
    name = "address.updated"
    aggregate_type = "address"

    customer_id: UUID


@dataclass(frozen=True, kw_only=True)
class AddressDeleted(Event):
    name = "address.deleted"
    aggregate_type = "address"

    customer_id: UUID


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    """Somebody has one role more; `changes` has all their `roles` in the store of the event."""

    name = "role.granted"
    aggregate_type = "customer"

    role: str


@dataclass(frozen=True, kw_only=True)
class RoleWithdrawn(RoleGranted):
    """Somebody has one role less."""

    name = "role.withdrawn"


@dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(Event):
    """The prefix tells which key it is, and nothing of its secret."""

    name = "api_key.created"
    aggregate_type = "api_key"

    prefix: str
    scopes: list[str]
    expires_at: str


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(Event):
    name = "api_key.revoked"
    aggregate_type = "api_key"

    prefix: str


@dataclass(frozen=True, kw_only=True)
class CustomerLoggedIn(Event):
    """`method` says how they proved who they are, `session_id` what to end if it was not them."""

    name = "customer.logged_in"
    aggregate_type = "customer"

    method: str
    session_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class StaffLoggedIn(CustomerLoggedIn):
    """Somebody with rights beyond their own things. Without a `session_id`: at the staff site."""

    name = "staff.logged_in"


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    name = "session.ended"
    aggregate_type = "session"

    customer_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class SigningKeyRotated(Event):
    """`kid` signs from now on, in place of `replaced_kid` ("" for the first one)."""

    name = "signing_key.rotated"
    aggregate_type = "signing_key"

    kid: str
    replaced_kid: str


@dataclass(frozen=True, kw_only=True)
class SigningKeyRevoked(Event):
    name = "signing_key.revoked"
    aggregate_type = "signing_key"

    kid: str


@dataclass(frozen=True, kw_only=True)
class PersonalDataRevealed(Event):
    """Somebody of the staff was shown fields of a record that are masked else."""

    name = "personal_data.revealed"
    aggregate_type = "customer"

    record: str
    record_id: UUID
    fields: list[str]
