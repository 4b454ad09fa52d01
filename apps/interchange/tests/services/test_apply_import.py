"""Two who press the same button."""

from functools import partial

import pytest
from django.utils import timezone

from apps.events.models import OutboxEvent
from apps.interchange import services
from apps.interchange.models import ImportJob
from apps.interchange.tests.factories import ImportJobFactory, sealed
from tests.threads import ended_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def apply(store, settings, tmp_path):
    settings.EXPORTS_ROOT = tmp_path
    upload = sealed(b"sku,on_hand\nA,1\n")
    now = timezone.now()
    job = ImportJobFactory(
        store=store,
        public_id=upload.about,
        file_name=upload.file_name,
        state="done",
        checked_at=now,
        expires_at=now,
    )
    return partial(
        services.apply_import, store=store, job_id=job.public_id, by=None, now=timezone.now()
    )


def test_of_two_at_once_one_applies(apply):
    assert ended_at_once(apply, apply) == ["done", "not_applicable"]

    assert ImportJob.objects.get().state == "queued"
    assert OutboxEvent.objects.filter(name="import.requested").count() == 1


@pytest.mark.thorough
def test_mutant_without_the_lock_both_apply(apply, without_locks):
    assert ended_at_once(apply, apply) == ["done", "done"]
