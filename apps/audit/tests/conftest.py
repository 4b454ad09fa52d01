from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connections, transaction

from apps.accounts.tests.factories import UserFactory
from apps.audit import services as audit
from apps.audit.models import AuditRecord
from apps.core.client_address import bound_client_address
from apps.core.request_id import bound_request_id
from apps.events import services as events
from apps.events.tests.factories import lamp_lit
from apps.stores.models import Store


@pytest.fixture
def publish(store: Store) -> Callable[..., None]:
    """A way to have something happen: lamps of these numbers are lit, in one transaction."""

    def some(*numbers: int, by: object = None) -> None:
        with transaction.atomic():
            events.publish(*[lamp_lit(number=number) for number in numbers], store=store, by=by)

    return some


@pytest.fixture
def chain(store: Store, publish: Callable[..., None]) -> list[AuditRecord]:
    """Twelve records: eight of a person at an address, and four of the system."""
    with bound_client_address("203.0.113.7"), bound_request_id("request-1"):
        publish(*range(8), by=UserFactory(store=store))
    publish(*range(8, 12))
    audit.record_events()
    return list(AuditRecord.objects.order_by("sequence"))


def sql(statement: str, *values: object) -> None:
    """This function will do something to the audit database, past all of our code."""
    with connections["audit"].cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def without_guards(*constraints: str) -> Iterator[None]:
    """What somebody can do to the record who owns its database: no triggers, and not these
    constraints. The record is empty afterwards, and guarded as before."""
    definitions = {}
    with connections["audit"].cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
        for name in constraints:
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
            )
            definitions[name] = cursor.fetchone()[0]
            cursor.execute(f"ALTER TABLE audit_auditrecord DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        sql("TRUNCATE audit_auditrecord")
        for name, definition in definitions.items():
            sql(f"ALTER TABLE audit_auditrecord ADD CONSTRAINT {name} {definition}")
        sql("ALTER TABLE audit_auditrecord ENABLE TRIGGER audit_records_are_append_only")
