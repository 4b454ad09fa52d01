"""The text of a file of refused rows: the layout of the input and a reason."""

import codecs
import csv
import io
import json
from collections.abc import Callable, Sequence

from apps.interchange.formats.record import Fault
from apps.interchange.formats.table import REASON
from apps.interchange.report import Outcome


def encoder_for(encoding: str) -> Callable[[str], bytes]:
    """This function will return what turns one text after another into bytes of the input's
    encoding: its mark, where it has one, stands at the beginning alone."""
    return codecs.getincrementalencoder(encoding)("surrogateescape").encode


def header_text(header: Sequence[str]) -> str:
    """This function will write the line above refused rows; nothing where the input has none."""
    names = without_reason(header)
    return _csv([[*names, REASON]]) if names else ""


def refused_text(outcome: Outcome, *, header: Sequence[str], encoding: str) -> str:
    """This function will write the rows of a refused record; the first tells all that is wrong.

    `header` are the columns of the input; without any it was lines of JSON.
    """
    if not header:
        return _object_text(outcome)
    names = without_reason(header)
    reason = _reason(outcome.faults).encode(encoding, "replace").decode(encoding)
    rows = []
    for row in outcome.rows or [()]:
        cells = list(row)
        if len(cells) == len(header) != len(names):
            cells.pop()  # what was wrong with it the last time
        missing = [""] * (len(names) - len(cells))
        rows.append([*cells, *missing, reason])
        reason = ""
    return _csv(rows)


def without_reason(header: Sequence[str]) -> Sequence[str]:
    """This function will leave out the column that is ours."""
    return header[:-1] if header and header[-1] == REASON else header


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _reason(faults: Sequence[Fault]) -> str:
    return "; ".join(map(str, faults))


def _object_text(outcome: Outcome) -> str:
    text = outcome.rows[0][0] if outcome.rows and outcome.rows[0] else "{}"
    try:
        thing = json.loads(text)
    except (ValueError, RecursionError):
        thing = {"line": text}
    thing = thing if isinstance(thing, dict) else {"line": text}
    return json.dumps(thing | {REASON: _reason(outcome.faults)}) + "\n"
