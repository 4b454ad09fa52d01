from apps.core.errors import Conflict, Invalid, NotFound


class EmailTaken(Conflict):
    """The store knows somebody by this address."""

    code = "email_taken"
    title = "This e-mail address is in use"


class AddressNotFound(NotFound):
    """There is no such address in this person's book."""

    code = "address_not_found"
    title = "Address not found"


class AddressBookFull(Conflict):
    """The person keeps as many addresses as one may."""

    code = "address_book_full"
    title = "Too many addresses"


class WrongPassword(Invalid):
    """It is not the present password."""

    code = "wrong_password"
    title = "This is not your present password"


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
