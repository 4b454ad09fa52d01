"""docs/security.md answers every requirement, once, and names only tests that there are."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = (ROOT / "docs" / "security.md").read_text()

# Level 1 of the OWASP Application Security Verification Standard 5.0.0, and the API Top 10 of 2023.
LEVEL_1 = """
1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1
3.4.2 3.5.1 3.5.2 3.5.3 4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5
6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2
8.3.1 9.1.1 9.1.2 9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 11.3.1 11.3.2 11.4.1 12.1.1
12.2.1 12.2.2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1
""".split()  # noqa: SIM905 - a list of words reads better as text
TOP_10 = [f"API{number}" for number in range(1, 11)]


def names_of_all_tests() -> set[str]:
    files = [
        path for top in ("apps", "config", "tests") for path in (ROOT / top).rglob("test_*.py")
    ]
    return {name for path in files for name in re.findall(r"def (test_\w+)", path.read_text())}


def test_every_requirement_is_answered_once():
    answered = re.findall(r"^\| ((?:API)?[\d.]+) \|", DOCUMENT, re.MULTILINE)
    assert [number for number, count in Counter(answered).items() if count > 1] == []
    assert set(answered) == {*LEVEL_1, *TOP_10}


def test_every_row_names_its_tests_or_says_that_there_are_none():
    rows = re.findall(r"^\| (?:API)?[\d.]+ \|.*", DOCUMENT, re.MULTILINE)
    cells = [row.strip("| ").split(" | ") for row in rows]
    assert [row for row in cells if len(row) != 4] == []
    assert [row for row in cells if "`test_" not in row[3] and not row[3].startswith("none")] == []


def test_every_test_that_is_named_exists():
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT))
    assert named - names_of_all_tests() == set()
