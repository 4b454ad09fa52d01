"""Personal data as those see it who do not need it: enough to tell two apart, not to use it."""

HIDDEN = "•••"


def masked_line(text: str) -> str:
    """This function will return the first letter of a text."""
    return f"{text[0]}{HIDDEN}" if text else ""


def masked_email(email: str) -> str:
    """This function will return the first letters of an address and of its domain, and how that
    ends."""
    who, _, domain = email.rpartition("@")
    name, dot, ending = domain.rpartition(".")
    return f"{masked_line(who)}@{masked_line(name or domain)}{dot}{ending if dot else ''}"
