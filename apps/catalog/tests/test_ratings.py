from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from apps.catalog.bylines import byline_of
from apps.catalog.ratings import average_of, points_of, stars_of
from apps.catalog.validators import PlainTextValidator


@pytest.mark.parametrize(("stars", "points"), [("0", 0), ("0.5", 1), ("4.50", 9), ("5.0", 10)])
def test_stars_are_kept_as_half_points(stars, points):
    assert points_of(Decimal(stars)) == points


@pytest.mark.parametrize("stars", ["-0.5", "5.5", "4.3", "0.25", "NaN", "Infinity", "1E+9"])
def test_other_numbers_are_no_ratings(stars):
    with pytest.raises(ValueError, match="A rating"):
        points_of(Decimal(stars))


def test_half_points_are_shown_as_stars():
    assert [stars_of(points) for points in (0, 1, 9, 10)] == ["0.0", "0.5", "4.5", "5.0"]


@pytest.mark.parametrize(
    ("points", "count", "average"),
    [(0, 0, None), (0, 2, "0.0"), (9, 1, "4.5"), (25, 3, "4.2"), (17, 2, "4.3"), (10, 1, "5.0")],
)
def test_a_mean_is_rounded_half_up_to_a_tenth(points, count, average):
    assert average_of(points=points, count=count) == average


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Lovelace", "Ada L."),
        ("Ada\u202e Lovelace", "Customer"),
        ("A<b>da Lovelace", "Customer"),
        ("Ada Augusta King", "Ada K."),
        ("  Jörg   öztürk ", "Jörg Ö."),
        ("Ada", "Ada"),
        ("", "Customer"),
        ("ada@example.com", "Customer"),
        ("Ada 1815", "Customer"),
        ("https://ada.example", "Customer"),
        ("(Ada) L", "Customer"),
        ("A" * 150, "A" * 40),
    ],
)
def test_the_public_is_told_a_first_name_and_an_initial(name, shown):
    assert byline_of(name) == shown


@pytest.mark.parametrize(
    "text", ["Fine.\n\n\tReally: <b>fine</b> \U0001f468\u200d\U0001f467 \u200f\u05d0", "", "x" * 20]
)
def test_plain_text_is_what_people_type(text):
    PlainTextValidator(most=60)(text)


@pytest.mark.parametrize("text", ["a\x00b", "a\x1b[31m", "a\x7f", "a\u202eb", "a\u2066b", "x" * 61])
def test_control_characters_are_no_text(text):
    with pytest.raises(ValidationError):
        PlainTextValidator(most=60)(text)


@pytest.mark.parametrize("text", ["a\nb", "a\u2028b", "a\rb"])
def test_a_title_is_one_line(text):
    with pytest.raises(ValidationError):
        PlainTextValidator(lines=1)(text)
