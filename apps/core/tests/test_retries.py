import threading

import pytest
from django.db import OperationalError, connection, transaction
from psycopg import errors as postgres

from apps.core.retries import retry_conflicts
from apps.stores.models import Store
from apps.stores.tests.factories import StoreFactory


def deadlock() -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = postgres.DeadlockDetected()
    return error


def test_runs_again_after_a_deadlock():
    calls = []

    @retry_conflicts
    def use_case() -> str:
        calls.append(1)
        if len(calls) < 3:
            raise deadlock()
        return "done"

    assert use_case() == "done"
    assert len(calls) == 3


def test_gives_up_after_four_attempts():
    calls = []

    @retry_conflicts
    def use_case() -> None:
        calls.append(1)
        raise deadlock()

    with pytest.raises(OperationalError):
        use_case()
    assert len(calls) == 4


def test_other_database_errors_are_not_tried_again():
    calls = []

    @retry_conflicts
    def use_case() -> None:
        calls.append(1)
        raise OperationalError("the server is gone")

    with pytest.raises(OperationalError):
        use_case()
    assert len(calls) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_transactions_in_opposite_order_both_succeed():
    one, two = StoreFactory(), StoreFactory()
    both_hold_one = threading.Barrier(2, timeout=5)
    waited = threading.local()

    @retry_conflicts
    @transaction.atomic
    def rename(first: Store, second: Store) -> None:
        Store.objects.filter(pk=first.pk).update(name="renamed")
        if not getattr(waited, "once", False):
            waited.once = True
            both_hold_one.wait()
        Store.objects.filter(pk=second.pk).update(name="renamed")

    failures: list[Exception] = []

    def run(first: Store, second: Store) -> None:
        try:
            rename(first, second)
        except Exception as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert failures == []
    assert Store.objects.filter(name="renamed").count() == 2
