import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.backoffice.services import check_invariants
from apps.core.invariants import Invariant
from apps.events import invariants as of_events
from apps.stores.models import Store
from apps.stores.tests.factories import StoreFactory


@pytest.fixture
def promise(monkeypatch, store):
    """Adds a promise to those of the events app."""

    def add(select):
        added = Invariant(id="I0", promise="no store is called Broken", broken_rows=select)
        monkeypatch.setattr(of_events, "INVARIANTS", [*of_events.INVARIANTS, added])

    return add


def finding(name):
    (found,) = [one for one in check_invariants() if one.invariant.id == name]
    return found


BROKEN_STORES = "SELECT slug, name FROM stores_store WHERE name = 'Broken' ORDER BY slug;"


def test_a_fresh_installation_keeps_every_promise(store):
    findings = check_invariants()

    assert len(findings) >= 5
    assert [one for one in findings if not one.is_kept] == []
    assert {"I5", "I8"} <= {one.invariant.id for one in findings}


def test_finds_the_rows_at_fault(promise):
    promise(BROKEN_STORES)
    StoreFactory(slug="one", name="Broken")

    found = finding("I0")

    assert not found.is_kept
    assert found.broken == 1
    assert found.rows == [{"slug": "one", "name": "Broken"}]


def test_counts_all_and_shows_the_first_five(promise):
    promise(BROKEN_STORES)
    for number in range(7):
        StoreFactory(slug=f"store-no-{number}", name="Broken")

    found = finding("I0")

    assert found.broken == 7
    assert [row["slug"] for row in found.rows] == [f"store-no-{n}" for n in range(5)]


def test_what_cannot_be_checked_is_not_kept_and_the_rest_is_checked(promise):
    promise("SELECT * FROM no_such_table")

    findings = check_invariants()

    assert [one.invariant.id for one in findings if not one.is_kept] == ["I0"]
    assert "no_such_table" in finding("I0").error


def test_a_promise_cannot_write(promise):
    promise("SELECT setval('stores_store_id_seq', 999999)")

    assert "read-only" in finding("I0").error
    assert StoreFactory().pk < 999999
    Store.objects.filter(name="Tradepost").update(name="Still writable")


def doctor(*arguments):
    out = StringIO()
    call_command("doctor", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def test_the_doctor_prints_a_line_for_each_promise(store):
    lines = doctor().splitlines()

    assert "I5   no delivery is dead: ok" in lines
    assert lines[-1] == f"All {len(lines) - 1} promises are kept."


def test_the_doctor_shows_the_rows_and_ends_with_status_1(promise):
    promise(BROKEN_STORES)
    for number in range(6):
        StoreFactory(slug=f"store-no-{number}", name="Broken")
    out = StringIO()

    with pytest.raises(CommandError, match=r"1 of .* promises are not kept") as ended:
        call_command("doctor", stdout=out, no_color=True)

    assert ended.value.returncode == 1
    lines = out.getvalue().splitlines()
    assert "I0   no store is called Broken: 6 broken rows" in lines
    assert "       slug=store-no-0, name=Broken" in lines
    assert "       and 1 more" in lines


def test_the_doctor_speaks_json(promise):
    promise(BROKEN_STORES)
    StoreFactory(slug="one", name="Broken")
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("doctor", "--json", stdout=out)

    (found,) = [one for one in json.loads(out.getvalue()) if one["id"] == "I0"]
    assert found == {
        "id": "I0",
        "promise": "no store is called Broken",
        "kept": False,
        "broken_rows": 1,
        "rows": [{"slug": "one", "name": "Broken"}],
        "error": "",
    }


def test_the_doctor_says_what_it_could_not_check(promise):
    promise("SELECT 1 / 0")
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("doctor", stdout=out, no_color=True)

    assert "I0   no store is called Broken: not checked, division by zero" in out.getvalue()
