import pytest
from django.db import IntegrityError, transaction

from apps.core.copying import copy_rows
from apps.core.transactions import TransactionRequired
from apps.stores.models import StoreHost


def copied(*rows):
    with transaction.atomic():
        return copy_rows(model=StoreHost, columns=["host", "store_id"], rows=rows)


def test_rows_are_appended_as_they_are_given(store):
    before = StoreHost.objects.count()
    assert copied(("a\tb\\.example", store.pk), ("ü.example", store.pk)) == 2
    assert StoreHost.objects.count() == before + 2
    assert StoreHost.objects.filter(host="a\tb\\.example").exists()


def test_what_breaks_a_constraint_leaves_nothing_behind(store):
    before = StoreHost.objects.count()
    with pytest.raises(IntegrityError):
        copied(("a.example", store.pk), ("a.example", store.pk))
    assert StoreHost.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_it_is_part_of_a_transaction():
    with pytest.raises(TransactionRequired):
        copy_rows(model=StoreHost, columns=["host"], rows=[])
