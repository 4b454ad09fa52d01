"""Tables below a row show no more rows than they can, read them with a limit, and say so."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.backoffice.tests.factories import OutboxEventFactory
from apps.events.models import Delivery


@pytest.mark.parametrize(("count", "is_said"), [(50, False), (51, True)])
def test_what_is_left_out_is_said(store, count, is_said):
    event = OutboxEventFactory(store=store.public_id)
    Delivery.objects.bulk_create(
        Delivery(event=event, subscriber=f"lamps.react_{number}") for number in range(count)
    )
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True))

    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(reverse("admin:events_outboxevent_change", args=[event.pk]))

    assert ("Only 50 are shown here." in answer.content.decode()) == is_said
    (table,) = answer.context["inline_admin_formsets"]
    assert len(table.formset.forms) == 50
    (read,) = [one["sql"] for one in asked if one["sql"].endswith("LIMIT 51")]
    assert 'FROM "events_delivery"' in read
