import io

import pytest

from apps.core.encryption import Undecipherable
from apps.core.sealed_files import SealedWriter, unsealed

ABOUT, OTHER = b"a" * 16, b"b" * 16
CONTENT = bytes(range(256)) * 1500  # three lines


def sealed(content=CONTENT, about=ABOUT):
    raw = io.BytesIO()
    writer = SealedWriter(raw, about=about)
    for start in range(0, len(content), 50_000):
        writer.write(content[start : start + 50_000])
    writer.finish()
    return raw.getvalue()


def opened(kept):
    return b"".join(unsealed(io.BytesIO(kept), about=ABOUT))


@pytest.mark.parametrize("content", [b"", b"x", CONTENT])
def test_what_goes_in_comes_out(content):
    assert opened(sealed(content)) == content


def test_nothing_of_it_can_be_read_without_the_key(settings):
    kept = sealed(b"ada@example.com" * 1000)
    assert b"ada@example" not in kept
    settings.FIELD_ENCRYPTION_KEYS = ["b3RoZXItb25seS1hbmQta25vd24tdG8tZXZlcnlib2Q="]
    with pytest.raises(Undecipherable):
        opened(kept)


def test_a_former_key_still_opens_it(settings):
    kept = sealed()
    new = "b3RoZXItb25seS1hbmQta25vd24tdG8tZXZlcnlib2Q="
    settings.FIELD_ENCRYPTION_KEYS = [new, *settings.FIELD_ENCRYPTION_KEYS]
    assert opened(kept) == CONTENT


def test_what_was_done_to_it_is_noticed():
    first, second, third = sealed().splitlines(keepends=True)
    foreign = sealed(about=OTHER).splitlines(keepends=True)[1]
    for changed in (
        [first, second],  # cut off
        [first, third],  # left out
        [second, first, third],  # moved
        [first, foreign, third],  # of another file
        [first, second, third, third],  # gone on
        [first, second[:-9] + b"\n", third],  # damaged
        [],
    ):
        with pytest.raises(Undecipherable):
            opened(b"".join(changed))
