from datetime import timedelta

import pytest
from django.utils import timezone

from apps.interchange import services
from apps.interchange.models import ImportBatch, ImportRow

pytestmark = pytest.mark.django_db


def test_details_are_forgotten_after_thirty_days_and_outcomes_stay(store):
    now = timezone.now()
    for days in (29, 31):
        batch = ImportBatch.objects.create(
            store=store, kind="products", actor="system", created_at=now - timedelta(days=days)
        )
        ImportRow.objects.create(batch=batch, line=2, outcome="refused", refusal="{}")
        ImportRow.objects.create(batch=batch, line=3, outcome="changed", before={"a": 1})
        ImportRow.objects.create(batch=batch, line=4, outcome="created")
    assert services.prune_imports(now=now) == 2
    assert services.prune_imports(now=now) == 0
    assert ImportRow.objects.count() == 6
    kept = ImportRow.objects.filter(batch__created_at__gt=now - timedelta(days=30))
    assert [(row.refusal, row.before) for row in kept.order_by("line")] == [
        ("{}", None),
        ("", {"a": 1}),
        ("", None),
    ]
