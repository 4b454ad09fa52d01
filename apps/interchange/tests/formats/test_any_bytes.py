"""Whatever a file holds, reading it ends in records, refusals or one clear answer."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.interchange.errors import UnusableFile
from apps.interchange.formats.lines import bounded_lines
from apps.interchange.formats.record import ProductRecord, RefusedRecord
from apps.interchange.formats.shopify import read_products
from apps.interchange.tests.factories import GARDEN, SHOPIFY_HEADER, shopify_csv

_CELL = st.one_of(
    st.sampled_from(["", "Title", "Default Title", "Size", "S", "-1", "12,50", "1e9", "NaN", "٣"]),
    st.text(max_size=20),
)


def outcome_of(data: bytes) -> list[ProductRecord | RefusedRecord] | UnusableFile:
    try:
        return list(read_products(bounded_lines(io.BytesIO(data)), currency="EUR"))
    except UnusableFile as error:
        return error


@given(st.binary(max_size=2000))
def test_bytes_are_read_or_refused(data):
    outcome = outcome_of(data)
    assert isinstance(outcome, UnusableFile)


@settings(max_examples=200)
@given(st.integers(0, 1400), st.binary(max_size=8))
def test_a_damaged_export_is_read_or_refused(place, damage):
    whole = GARDEN.read_bytes()
    outcome = outcome_of(whole[:place] + damage + whole[place + len(damage) :])
    assert isinstance(outcome, UnusableFile | list)


@settings(max_examples=200)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(SHOPIFY_HEADER, _CELL)), max_size=6))
def test_a_record_is_whole_or_says_what_is_wrong(rows):
    outcome = outcome_of(shopify_csv(*rows).decode(errors="replace").encode())
    if isinstance(outcome, UnusableFile):
        assert outcome.detail
        return
    for record in outcome:
        if isinstance(record, RefusedRecord):
            assert record.faults
        else:
            assert record.title
            assert record.variants
            assert all(one.price.amount >= 0 for one in record.variants)
            assert len({one.option_values for one in record.variants}) == len(record.variants)
