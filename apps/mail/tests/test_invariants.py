from datetime import timedelta

import pytest
from django.utils import timezone

from apps.mail.invariants import INVARIANTS
from apps.mail.tests.factories import SentMailFactory
from tests.promises import broken_among

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "minutes", "broken"),
    [("sending", 61, True), ("sending", 59, False), ("sent", 61, False), ("failed", 61, False)],
)
def test_a_mail_that_is_sent_for_hours_breaks_a_promise(state, minutes, broken):
    created_at = timezone.now() - timedelta(minutes=minutes)
    SentMailFactory(state=state, created_at=created_at)
    promised = ["no mail is being sent for more than an hour"]
    assert broken_among(INVARIANTS) == (promised if broken else [])
