import pytest
from django.db import connection, transaction

from apps.core.transactions import (
    TransactionForbidden,
    TransactionRequired,
    forbids_transaction,
    in_transaction,
    requires_transaction,
)
from apps.stores.models import Store


@forbids_transaction
def call_gateway() -> str:
    return "called"


@requires_transaction
def take_lock() -> str:
    return "taken"


@pytest.mark.django_db(transaction=True)
def test_lock_outside_a_transaction_is_refused():
    assert not connection.in_atomic_block
    with pytest.raises(TransactionRequired, match="take_lock"):
        take_lock()
    with pytest.raises(TransactionRequired, match=r"locked\(\)"):
        Store.objects.locked()


@pytest.mark.django_db
def test_lock_inside_a_transaction_is_taken_at_once(store):
    with transaction.atomic():
        assert take_lock() == "taken"
        assert Store.objects.filter(pk=store.pk).locked() == [store]


@pytest.mark.django_db
def test_gateway_is_not_called_inside_a_transaction():
    assert call_gateway() == "called"
    with transaction.atomic():
        assert in_transaction()
        with pytest.raises(TransactionForbidden, match="call_gateway"):
            call_gateway()
