from django.core.exceptions import ValidationError

from apps.core.errors import CommerceError, Conflict, Forbidden, Invalid, NotFound


class EmailTaken(Conflict):
    """The store knows somebody by this address."""

    code = "email_taken"
    title = "This e-mail address is in use"


class ExternalIdTaken(Conflict):
    """The store knows somebody else by this number of another shop."""

    code = "external_id_taken"
    title = "Somebody else has this number"


# By the names of the constraints that they stand for.
TAKEN = {
    "user_email_once_in_store": EmailTaken,
    "user_external_id_once_in_store": ExternalIdTaken,
}


class AddressNotFound(NotFound):
    """There is no such address in this person's book."""

    code = "address_not_found"
    title = "Address not found"


class AddressBookFull(Conflict):
    """The person keeps as many addresses as one may."""

    code = "address_book_full"
    title = "Too many addresses"


class PersonNotFound(NotFound):
    """Nobody is known by this address."""

    code = "person_not_found"
    title = "Nobody is known by this address"


class PersonAmbiguous(Conflict):
    """People of several stores have this address, and none of them is of the store in question."""

    code = "person_ambiguous"
    title = "Several people have this address"


class AddressUnproven(Conflict):
    """Who registered with somebody else's address must not get what that one is given."""

    code = "address_unproven"
    title = "Nobody has shown that this address is theirs"


class RightsExceeded(Forbidden):
    """Nobody gives, or takes away, rights that they do not have themselves."""

    code = "rights_exceeded"
    title = "These rights are above yours"


class RoleNotHeld(NotFound):
    """The person does not have this role in this store."""

    code = "role_not_held"
    title = "The person does not have this role"


class LastAdmin(Conflict):
    """Without an admin nobody at the store could make another."""

    code = "last_admin"
    title = "A store keeps at least one admin"


class ApiKeyNotFound(NotFound):
    """The store has no such API key."""

    code = "api_key_not_found"
    title = "API key not found"


class ApiKeyRefused(Invalid):
    """Such a key makes no sense."""

    code = "api_key_refused"
    title = "Such an API key cannot be"


class WrongPassword(Invalid):
    """It is not the present password."""

    code = "wrong_password"
    title = "This is not your present password"


class PersonErased(Conflict):
    """Nobody is behind this id any more, and nothing is written about nobody."""

    code = "person_erased"
    title = "This person is forgotten"


class PersonHasRoles(Conflict):
    """Staff and operators are not forgotten: what they did is on record under their name."""

    code = "person_has_roles"
    title = "Withdraw this person's roles first"


class LoginOutdated(Conflict):
    """While somebody logged in, their password was changed or they were deactivated."""

    code = "login_outdated"
    title = "Log in again"


class SigningKeyNotFound(NotFound):
    """No key of the ring has this name."""

    code = "signing_key_not_found"
    title = "Signing key not found"


class CustomerNotFound(NotFound):
    """The store has no such customer; members of staff are none."""

    code = "customer_not_found"
    title = "Customer not found"


class EmailVerifiedAlready(Conflict):
    """There is nothing left to show."""

    code = "email_verified_already"
    title = "This e-mail address is verified"


class InvalidOneTimeToken(Invalid):
    """It was never given out, not for this, not to this person as they are now; it was used, or it
    has expired. Which of these is not told."""

    code = "invalid_one_time_token"
    title = "This link cannot be used"


class UnacceptablePassword(CommerceError):
    """The new password breaks the rules; `errors` names them, as validation of a field does."""

    status = 400
    code = "validation_error"
    title = "Bad Request"

    def __init__(self, reasons: ValidationError) -> None:
        super().__init__(
            "The request has fields that cannot be accepted.",
            errors=[
                {"field": "password", "code": each.code or "invalid", "detail": message}
                for each in reasons.error_list
                for message in each.messages
            ],
        )


class SecondFactorKnown(Conflict):
    """The person has one already. It must be reset before another takes its place."""

    code = "second_factor_known"
    title = "There is a second factor already"


class SecondFactorNotYours(Forbidden):
    """It takes somebody else to reset one's own, an operator to reset an operator's, and who
    manages the staff of each store to reset that of a member of several."""

    code = "second_factor_not_yours"
    title = "This second factor is not yours to reset"
