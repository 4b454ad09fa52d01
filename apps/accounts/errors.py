from apps.core.errors import Conflict, NotFound


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
