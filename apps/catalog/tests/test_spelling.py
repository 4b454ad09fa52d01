import pytest

from apps.catalog.spelling import distance, meant


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("shirt", "shirt", 0),
        ("shrit", "shirt", 1),
        ("shrt", "shirt", 1),
        ("shiirt", "shirt", 1),
        ("short", "shirt", 1),
        ("kettel", "kettle", 1),
        ("", "cup", 3),
        ("mug", "lamp", 4),
    ],
)
def test_letters_apart(one, other, expected):
    assert distance(one, other) == distance(other, one) == expected


def test_the_nearest_word_is_meant_and_of_equals_the_commoner():
    assert meant("shrit", [("shoe", 900), ("shirt", 5), ("skirt", 50)]) == "shirt"
    assert meant("short", [("shirt", 5), ("sport", 9)]) == "sport"
    assert meant("kyoto", [("kettle", 100)]) is None
    assert meant("mug", []) is None
