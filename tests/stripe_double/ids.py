"""Names as Stripe gives them: a prefix, and letters that say nothing."""

import secrets
import string


def new_id(prefix: str, length: int = 24) -> str:
    """This function will return a name nothing has."""
    letters = string.ascii_letters + string.digits
    return f"{prefix}_" + "".join(secrets.choice(letters) for _ in range(length))
