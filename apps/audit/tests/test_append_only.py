"""What the database itself refuses."""

import pytest
from cryptography.fernet import Fernet
from django.db import IntegrityError, transaction

from apps.audit import services as audit
from apps.audit.models import AuditRecord
from apps.audit.tests.conftest import sql
from apps.backoffice import services as backoffice
from apps.core.encryption import encrypt

pytestmark = pytest.mark.django_db(databases=["default", "audit"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditrecord SET actor = 'system'",
        "UPDATE audit_auditrecord SET origin = NULL",
        "DELETE FROM audit_auditrecord",
        "TRUNCATE audit_auditrecord",
    ],
)
def test_the_record_can_only_grow(chain, statement):
    sql("ALTER TABLE audit_auditrecord ENABLE TRIGGER audit_records_are_never_emptied")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(using="audit"):
        sql(statement)
    assert AuditRecord.objects.count() == 12


def test_its_origins_can_be_encrypted_anew_and_nothing_else_with_them(chain):
    with transaction.atomic(using="audit"):
        sql("SET LOCAL tradepost.rotates_keys = 'on'")
        sql("UPDATE audit_auditrecord SET origin = %s WHERE sequence = 1", encrypt("203.0.113.7"))
        for refused in ("origin = 'x', actor = 'system'", "origin = NULL", "hash = 'x'"):
            with (
                pytest.raises(IntegrityError, match="append-only"),
                transaction.atomic(using="audit"),
            ):
                sql(f"UPDATE audit_auditrecord SET {refused} WHERE sequence = 1")
    assert list(audit.verify_audit()) == []


def test_another_origin_is_found_though_it_was_let_through(chain):
    with transaction.atomic(using="audit"):
        sql("SET LOCAL tradepost.rotates_keys = 'on'")
        sql("UPDATE audit_auditrecord SET origin = %s WHERE sequence = 1", encrypt("198.51.100.1"))
    (found,) = audit.verify_audit()
    assert (str(found.kind), found.sequence) == ("edited", 1)


def test_a_rotation_of_keys_leaves_the_record_whole(chain, settings):
    """It is in another database, and only grows, and is brought under the new key all the same."""
    former = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *former]
    done = {one.table: (one.done, one.left) for one in backoffice.rotate_encryption_keys()}
    assert done["audit_auditrecord"] == (8, 0)
    assert done["events_outboxevent"] == (8, 0)

    settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
    assert list(audit.verify_audit()) == []
    assert AuditRecord.objects.get(sequence=1).origin == "203.0.113.7"
