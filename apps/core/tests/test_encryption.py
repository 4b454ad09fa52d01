"""What only holders of a key can read."""

import pytest
from cryptography.fernet import Fernet

from apps.core.encryption import Undecipherable, blind_index, current_key_id, decrypt, encrypt

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.mark.parametrize("text", ["", "Ada Lovelace", "Łódź 北京 🏠", "a" * 10_000, "$"])
def test_reads_what_it_wrote(text):
    kept = encrypt(text)
    assert decrypt(kept) == text
    assert text in {"", "$"} or text not in kept


def test_the_same_text_is_never_encrypted_alike():
    assert encrypt("Ada") != encrypt("Ada")


def test_names_the_key(settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert encrypt("Ada").startswith(f"{current_key_id()}$gAAAA")


def test_every_key_of_the_ring_reads_and_the_first_writes(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    before = encrypt("Ada")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    after = encrypt("Ada")
    assert (decrypt(before), decrypt(after)) == ("Ada", "Ada")
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert decrypt(after) == "Ada"
    with pytest.raises(Undecipherable, match="not in FIELD_ENCRYPTION_KEYS"):
        decrypt(before)


@pytest.mark.parametrize("kept", ["", "Ada", "$", "12345678$gAAAAA", "gAAAAA"])
def test_refuses_what_it_has_not_written(kept):
    with pytest.raises(Undecipherable):
        decrypt(kept)


def test_refuses_what_was_changed():
    kept = encrypt("Ada")
    with pytest.raises(Undecipherable, match="changed"):
        decrypt(kept[:-6] + "AAAAA=")


def test_an_index_knows_no_case_and_no_way_of_writing():
    assert blind_index("Zoë@Example.com ", purpose="x") == blind_index(
        "zoe\u0308@example.COM", purpose="x"
    )


def test_an_index_tells_purposes_keys_and_texts_apart(settings):
    one = blind_index("ada@example.com", purpose="email")
    assert len(one) == 64
    others = {
        blind_index("ada@example.com", purpose="phone"),
        blind_index("ida@example.com", purpose="email"),
    }
    settings.BLIND_INDEX_KEY = "another key"
    others.add(blind_index("ada@example.com", purpose="email"))
    assert len(others) == 3
    assert one not in others
