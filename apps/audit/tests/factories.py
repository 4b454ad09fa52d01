from datetime import UTC, datetime

import factory

from apps.audit.chain import NOTHING_BEFORE
from apps.audit.models import AuditRecord
from apps.core.ids import uuid7


class AuditRecordFactory(factory.django.DjangoModelFactory):
    """A record that follows nothing and is not sealed: for lists of records."""

    class Meta:
        model = AuditRecord

    sequence = factory.Sequence(lambda n: n + 1)
    event_id = factory.LazyFunction(uuid7)
    position = factory.SelfAttribute("sequence")
    occurred_at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    store = factory.LazyFunction(uuid7)
    actor = "system"
    actor_role = "system"
    name = "lamp.lit"
    aggregate_type = "lamp"
    aggregate_id = factory.LazyFunction(uuid7)
    content = '{"number":1}'
    recorded_at = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)
    previous_hash = NOTHING_BEFORE
    hash = "0" * 64
