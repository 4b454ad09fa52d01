"""Order numbers for people: to be read aloud, typed from a letter, and never to be parsed."""

import re
import secrets

# Without 0 and O, 1, I and L, and U: nothing can be misread, and few words can be spelled.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_GIVEN = re.compile(rf"([{ALPHABET}]{{4}})-?([{ALPHABET}]{{4}})")


def new_number() -> str:
    """This function will return a random number such as `K7QF-9W2M`: one of 30⁸."""
    characters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{characters[:4]}-{characters[4:]}"


def spelled_number(text: str) -> str | None:
    """This function will return the number somebody meant, `None` when it cannot be one.

    Small letters and a missing hyphen are forgiven.
    """
    match = _GIVEN.fullmatch(text.strip().upper())
    return f"{match[1]}-{match[2]}" if match else None
