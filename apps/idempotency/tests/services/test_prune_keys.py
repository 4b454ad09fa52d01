from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.ids import uuid7
from apps.core.transactions import TransactionRequired
from apps.idempotency import services, tasks
from apps.idempotency.models import IdempotencyKey
from apps.idempotency.services import Claim
from apps.idempotency.tests.factories import IdempotencyKeyFactory


def test_forgets_what_is_a_day_old(db):
    now = timezone.now()
    IdempotencyKeyFactory(key="old", created_at=now - timedelta(hours=24))
    IdempotencyKeyFactory(key="young", created_at=now - timedelta(hours=23, minutes=59))

    assert services.prune_keys(now=now) == 1
    assert IdempotencyKey.objects.get().key == "young"


def test_the_task_does_it(db):
    IdempotencyKeyFactory(created_at=timezone.now() - timedelta(days=2))

    assert tasks.prune_keys() == 1


def test_a_key_is_claimed_within_the_transaction_of_its_effect(transactional_db):
    claim = Claim(store=uuid7(), caller="user:1", key="one", fingerprint="f")

    with pytest.raises(TransactionRequired):
        services.claim_key(claim=claim, now=timezone.now())
