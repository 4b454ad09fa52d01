"""What the public is told of who wrote a review."""

from apps.catalog.validators import TURNING

UNNAMED = "Customer"
_LONGEST = 40


def byline_of(full_name: str) -> str:
    """This function will return a first name and the initial of the last one, as in "Ada L.".

    Nothing that could be an e-mail address or a number is shown of whoever has typed one in place
    of a name, nor of a name that would turn around what is written after it.
    """
    words = full_name.split()
    if not words or any(not _is_of_a_name(word) for word in words):
        return UNNAMED
    initial = f" {words[-1][0].upper()}." if len(words) > 1 else ""
    return f"{words[0][:_LONGEST]}{initial}"


def _is_of_a_name(word: str) -> bool:
    return word[0].isalpha() and not any(
        one.isdigit() or one in "@/:<>" or one in TURNING for one in word
    )
