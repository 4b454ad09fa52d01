from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.audit import services as audit
from apps.audit.invariants import INVARIANTS
from apps.audit.tests.conftest import sql
from apps.backoffice.services import check_invariants
from apps.events import services as events
from apps.events.models import OutboxEvent
from apps.payments.tests.factories import pay_order, place_order
from tests.promises import broken_among

pytestmark = pytest.mark.django_db(databases=["default", "audit"])
WHOLE = "what was read for the record is in it once, and nothing in it was changed"


def broken() -> list[str]:
    return broken_among(INVARIANTS)


def test_all_is_well_with_a_record_that_nobody_touched(chain):
    assert broken() == []


def test_finds_an_event_that_is_not_recorded(publish):
    publish(1)
    events.number_events()
    assert broken() == []
    OutboxEvent.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert broken() == ["no event waits to be recorded for more than an hour"]
    audit.record_events()
    assert broken() == []


def test_finds_a_step_of_an_order_and_money_that_nobody_told_of(store):
    told = "every step of an order has its event, and every payment that was received"
    order = place_order(customer=UserFactory(store=store))
    assert broken() == []
    OutboxEvent.objects.filter(name="order.placed").update(name="order.forgotten")
    assert broken() == [told]
    OutboxEvent.objects.filter(name="order.forgotten").update(name="order.placed")
    pay_order(order, gateway="simulated", method="success")
    assert broken() == []
    OutboxEvent.objects.filter(name="payment.captured").update(name="payment.forgotten")
    assert broken() == [told]


def test_finds_a_record_that_was_changed(chain):
    sql("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
    sql("UPDATE audit_auditrecord SET actor = 'system' WHERE sequence = 3")
    assert broken() == [WHOLE]
    (finding,) = [one for one in check_invariants() if one.invariant.promise == WHOLE]
    # What the outbox says of it, and its seal.
    assert finding.broken == 2
    assert {(row["kind"], row["sequence"]) for row in finding.rows} == {
        ("edited", 3),
        ("differs", 3),
    }


def test_says_that_it_could_not_be_checked(chain):
    sql("ALTER TABLE audit_auditrecord RENAME TO elsewhere")
    (finding,) = [one for one in check_invariants() if one.invariant.promise == WHOLE]
    assert not finding.is_kept
    assert "audit_auditrecord" in finding.error
