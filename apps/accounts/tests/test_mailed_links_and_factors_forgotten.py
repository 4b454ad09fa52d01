"""What proves who somebody is, is held about them, and goes with them."""

import json

from django.db import transaction
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import OneTimeToken, RecoveryCode, SecondFactor
from apps.accounts.services.replace_recovery_codes import replace_recovery_codes
from apps.accounts.tests.factories import SecondFactorFactory


def test_a_person_is_told_of_it_and_it_goes_with_them(store, shopper):
    OneTimeToken.objects.create(
        store=store, purpose="verify_email", person=shopper, expires_at=timezone.now()
    )
    device = SecondFactorFactory(user=shopper)
    with transaction.atomic():
        replace_recovery_codes(person=shopper)

    told = "".join(services.export_person(person=shopper))

    assert [one["purpose"] for one in json.loads(told)["mailed_links"]] == ["verify_email"]
    assert json.loads(told)["second_factor"][0]["recovery_codes_left"] == 10
    assert device.key not in told
    services.erase_person(person=shopper, by=shopper)
    for model in (OneTimeToken, SecondFactor, RecoveryCode):
        assert not model.objects.exists()
