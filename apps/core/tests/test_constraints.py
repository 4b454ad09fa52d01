import pytest
from django.db import IntegrityError

from apps.core.constraints import refined
from apps.core.errors import Conflict
from apps.stores.models import Store
from apps.stores.tests.factories import StoreHostFactory

pytestmark = pytest.mark.django_db


class HostTaken(Conflict):
    code = "host_taken"


def test_named_constraint_becomes_its_error_and_the_transaction_lives_on():
    first = StoreHostFactory(host="shop.example")
    with pytest.raises(HostTaken), refined({"store_host_is_claimed_once": HostTaken}):
        StoreHostFactory(host="SHOP.example", store=first.store)
    assert Store.objects.filter(pk=first.store_id).exists()


def test_unnamed_constraint_stays_a_bug():
    StoreHostFactory(host="shop.example")
    with pytest.raises(IntegrityError), refined({"another": HostTaken}):
        StoreHostFactory(host="shop.example")
