from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.accounts import tasks


@pytest.mark.django_db
def test_forgets_sessions_that_have_expired_and_no_others():
    for name, hours in {"over": -1, "open": 1}.items():
        ends = timezone.now() + timedelta(hours=hours)
        Session.objects.create(session_key=name, expire_date=ends)

    assert tasks.prune_staff_sessions() == 1

    assert [one.session_key for one in Session.objects.all()] == ["open"]
