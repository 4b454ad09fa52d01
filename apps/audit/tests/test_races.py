"""Several auditors at once, on connections of their own; the race has its mutant."""

import time
from importlib import import_module

import pytest

from apps.audit import services as audit
from apps.audit.models import AuditRecord
from apps.audit.tests.conftest import without_guards
from apps.core.errors import CommerceError
from apps.events.models import FeedReader
from tests.threads import at_once

# By module: the packages' attributes of these names are functions.
RECORDING = import_module("apps.audit.services.record_events")
FOLLOWING = import_module("apps.events.services.follow_feed")

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, databases=["default", "audit"]),
]


@pytest.fixture
def slow_seal(monkeypatch):
    """Between reading the end of the chain and appending to it others have time to do the same."""
    sealed = RECORDING.seal

    def seal(record):
        time.sleep(0.002)
        return sealed(record)

    monkeypatch.setattr(RECORDING, "seal", seal)


def without_lease(monkeypatch) -> None:
    monkeypatch.setattr(FOLLOWING, "_take", lambda name: FeedReader.objects.get(name=name))


def tried() -> str:
    try:
        audit.record_events()
    except CommerceError as refusal:
        return refusal.code
    return "done"


def test_auditors_at_once_write_one_chain(publish, slow_seal):
    publish(*range(100))
    assert sum(at_once(*[audit.record_events] * 4)) == 100
    assert AuditRecord.objects.count() == 100
    assert list(audit.verify_audit()) == []


def test_without_a_lease_the_database_lets_one_of_them_append(publish, slow_seal, monkeypatch):
    """Whoever slept longer than the lease is refused: it appends after an end that is old."""
    publish(*range(100))
    FeedReader.objects.create(name="auditor")
    without_lease(monkeypatch)
    ended = at_once(*[tried] * 4)
    assert "done" in ended
    assert set(ended) <= {"done", "audit_recorded_meanwhile"}
    assert AuditRecord.objects.count() == 100
    assert list(audit.verify_audit()) == []


def test_without_lease_and_constraints_the_chain_forks(publish, slow_seal, monkeypatch):
    """A mutant: what the two tests above rest on."""
    FeedReader.objects.create(name="auditor")
    without_lease(monkeypatch)
    with without_guards("audit_record_once_for_each_event", "audit_auditrecord_pkey"):
        publish(*range(100))
        at_once(*[tried] * 4)
        assert AuditRecord.objects.count() > 100
        assert "inserted" in {str(one.kind) for one in audit.verify_audit()}
