"""What is put aside is bounded, however long a file is."""

import pytest

from apps.interchange.errors import UnusableFile
from apps.interchange.formats import entry_spool
from apps.interchange.formats.entry_spool import EntrySpool


def test_of_one_number_no_more_lines_are_read_than_show_that_there_are_too_many():
    with EntrySpool() as spool:
        for line in range(50):
            spool.add(line=line, number="1", at="2020", cells=b"{}")
        spool.add(line=50, number="2", at="2021", cells=b"{}")
        sizes = [len(lines) for _, lines in spool.entries(most=3)]
    assert sizes == [4, 1]


def test_the_disk_is_not_filled(monkeypatch):
    monkeypatch.setattr(entry_spool, "MOST_BYTES", 10)
    with EntrySpool() as spool, pytest.raises(UnusableFile, match="more than 10 bytes"):
        for line in range(9):
            spool.add(line=line, number="1", at="2020", cells=b"{}")
