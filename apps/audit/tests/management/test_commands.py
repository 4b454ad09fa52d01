from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from apps.audit import services as audit
from apps.audit.errors import AuditDatabaseAway
from apps.audit.models import AuditHead, AuditRecord
from apps.audit.tests.conftest import sql
from apps.backoffice.tests.frozen import closed_port
from apps.events.models import OutboxEvent

pytestmark = pytest.mark.django_db(databases=["default", "audit"])


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, no_color=True)
    return out.getvalue()


def test_verifying_says_how_far_it_is_whole(chain):
    said = run("verify_audit")
    assert said.startswith("12 records are whole, in ")
    assert f"The end: 12 {chain[-1].hash[:8]}" in said
    assert run("verify_audit", "--from", "11").startswith("2 records are whole")


def test_verifying_names_the_first_that_is_wrong_and_ends_with_status_1(chain):
    sql("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
    sql("DELETE FROM audit_auditrecord WHERE sequence = 4")
    out = StringIO()
    with pytest.raises(CommandError, match="The record is not whole: 2 findings") as ended:
        call_command("verify_audit", stdout=out, no_color=True)
    assert ended.value.returncode == 1
    assert out.getvalue().splitlines() == [
        "deleted: record 4 4 to 4",
        f"missing: event {chain[3].event_id}",
    ]


def test_recording_goes_on_after_a_restore_and_says_so(publish, chain):
    """The audit database is as it was nine records ago."""
    sql("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
    sql("DELETE FROM audit_auditrecord WHERE sequence > 3")

    assert run("resume_audit", "--reason", "restored") == "The record goes on after 3.\n"
    audit.record_events()

    assert list(audit.verify_audit()) == []
    assert AuditRecord.objects.count() == 13
    assert AuditHead.current().sequence == 13
    last = AuditRecord.objects.newest()
    assert (last.name, last.content) == (
        "audit.resumed",
        '{"lost":9,"reason":"restored","sequence":3}',
    )


def test_recording_goes_on_with_an_audit_database_that_is_new(chain):
    sql("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
    sql("DELETE FROM audit_auditrecord")
    run("resume_audit", "--reason", "lost with its disk")
    audit.record_events()
    assert AuditRecord.objects.count() == OutboxEvent.objects.count() == 13
    assert list(audit.verify_audit()) == []


def applied(alias: str) -> set[str]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT DISTINCT app FROM django_migrations")
        return {app for (app,) in cursor.fetchall()}


def tables(alias: str) -> set[str]:
    return {name for name in connections[alias].introspection.table_names() if "audit_" in name}


def test_each_database_has_what_belongs_there_and_nothing_else(store):
    assert tables("default") == {"audit_audithead"}
    assert tables("audit") == {"audit_auditrecord"}
    assert applied("audit") == {"audit"}
    assert "audit" in applied("default")


def test_migrating_checks_what_it_checks_from_the_command_line(store):
    call_command("migrate", skip_checks=False, stdout=StringIO())
    call_command("migrate", database="audit", skip_checks=False, stdout=StringIO())


@pytest.fixture
def audit_database(monkeypatch):
    """Settings of the audit database, to be changed; its connection is opened anew."""
    record = connections["audit"]
    monkeypatch.setattr(record, "settings_dict", dict(record.settings_dict))
    return record.settings_dict


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_migrating_makes_the_audit_database_where_there_is_none(audit_database):
    kept = audit_database["NAME"]
    connections["audit"].close()
    audit_database["NAME"] = f"{kept}_new"
    try:
        assert "Made the audit database." in run("migrate")
        assert tables("audit") == {"audit_auditrecord"}
        assert not services_made_it_again()
        assert "No migrations to apply." in run("migrate", "--database", "audit")
    finally:
        connections["audit"].close()
        audit_database["NAME"] = kept
        with connections["audit"].cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{kept}_new"')


def services_made_it_again() -> bool:
    return audit.ensure_database()


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_migrating_says_what_to_do_where_no_database_may_be_made(audit_database):
    connections["audit"].close()
    audit_database |= {"HOST": "127.0.0.1", "PORT": str(closed_port())}
    with pytest.raises(CommandError, match=r"The audit database: .*refused"):
        run("migrate")
    with pytest.raises(AuditDatabaseAway):
        audit.ensure_database()
    run("migrate", "--database", "default")
    connections["audit"].close()
