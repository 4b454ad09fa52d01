from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.interchange.formats.csv_text import csv_text, listed, marked, unmarked


def test_writes_numbers_moments_and_nothing():
    row = ["Cup", Decimal("-1234567.50"), -3, datetime(2026, 11, 26, 9, 5, 1, 7, tzinfo=UTC), None]
    assert csv_text([row]) == "Cup,-1234567.50,-3,2026-11-26T09:05:01.000007Z,\r\n"


def test_quotes_what_needs_it():
    assert csv_text([['a "b", c', "two\nlines"]]) == '"a ""b"", c","two\nlines"\r\n'


@pytest.mark.parametrize(
    "text", ["=1+1", "+44", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1"]
)
def test_what_a_spreadsheet_would_run_is_text(text):
    assert csv_text([[text]]).lstrip('"').startswith("'")


@pytest.mark.parametrize("text", ["a=b", "1-2", "ada@example.com", ""])
def test_other_texts_are_left_alone(text):
    assert csv_text([["x", text]]) == f"x,{text}\r\n"


@pytest.mark.parametrize(
    "text",
    ["=1", "'=1", "''=1", "'", "''", "'a", "a'", "' =1", " '=1", "'\t", "-5", "'-5", "\n'=1", "é"],
)
def test_every_text_comes_back_as_it_was(text):
    assert unmarked(marked(text)) == text


@given(st.text(alphabet="'=-+@ \t\na\uff1d", max_size=6))
def test_whatever_stands_before_a_formula_comes_back(text):
    assert unmarked(marked(text)) == text


def test_an_apostrophe_that_marks_nothing_stays():
    assert unmarked("'n Roll") == "'n Roll"


def test_words_with_commas_are_told_from_two_words():
    assert listed(["red", "black, white", 'say "hi"', " x"]) == (
        'red,"black, white","say ""hi"""," x"'
    )
