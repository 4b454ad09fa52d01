"""Everything comes under the first key, and nobody notices."""

import threading
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from apps.accounts.models import Address, User
from apps.accounts.tests.factories import AddressFactory, UserFactory
from apps.backoffice import services
from apps.backoffice.services import rotate_encryption_keys as module_function
from apps.core import column_rewriting
from apps.core.encryption import Undecipherable, current_key_id
from apps.events.models import OutboxEvent
from apps.orders import services as orders
from apps.orders.models import Invoice, Order, OrderTransition
from apps.orders.tests.factories import InvoiceFactory, OrderFactory
from tests.threads import at_once

pytestmark = pytest.mark.django_db(databases=["default", "audit"])
OTHER = Fernet.generate_key().decode()
rotation = __import__(module_function.__module__, fromlist=["_anew"])


@pytest.fixture
def introduce(settings):
    """Puts another key first, as an operator does once every process knows it."""

    def first() -> None:
        settings.FIELD_ENCRYPTION_KEYS = [OTHER, *settings.FIELD_ENCRYPTION_KEYS]

    return first


@pytest.fixture
def sold(store):
    """A person with an address, a paid order with notes and its history, and an invoice."""
    address = AddressFactory(owner__store=store, owner__email="ada@example.com")
    order = OrderFactory(customer=address.owner, state="paid", customer_note="Ring twice")
    OrderTransition.objects.create(
        order=order, from_state="paid", to_state="canceled", actor="system", reason="moved away"
    )
    return InvoiceFactory(order=order)


def rotate(**options):
    return {table.table: table.done for table in services.rotate_encryption_keys(**options)}


def kept(table, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {column} <> ''")
        return [text for (text,) in cursor.fetchall()]


def is_broken():
    (found,) = [one for one in services.check_invariants() if one.invariant.id == "I9"]
    return not found.is_kept


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_brings_every_table_under_the_first_key(sold, introduce, settings):
    introduce()

    done = rotate()

    assert done["accounts_user"] == 1
    assert done["accounts_address"] == 1
    assert done["orders_order"] == 1
    assert done["orders_invoice"] == 1
    assert done["orders_ordertransition"] == 1
    settings.FIELD_ENCRYPTION_KEYS = [OTHER]  # the former key is dropped
    assert User.objects.get(email="ada@example.com").full_name.startswith("Person")
    assert Address.objects.get().city == "London"
    assert Order.objects.get().customer_note == "Ring twice"
    assert Order.objects.get().shipping_address["city"] == "London"
    assert Invoice.objects.get().content.buyer["city"] == "London"
    assert OrderTransition.objects.get(to_state="canceled").reason == "moved away"
    assert not is_broken()
    assert set(rotate().values()) == {0}


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_changes_no_version_and_announces_nothing(sold, introduce):
    before = [*User.objects.values("version", "updated_at"), *Order.objects.values("version")]
    introduce()

    rotate()

    after = [*User.objects.values("version", "updated_at"), *Order.objects.values("version")]
    assert before == after
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_goes_on_where_it_was_stopped(store, introduce, monkeypatch):
    UserFactory.create_batch(7, store=store)
    introduce()
    monkeypatch.setattr(column_rewriting.Columns.pages, "__kwdefaults__", {"size": 2})
    anew, calls = rotation._anew, []

    def stopped(text):
        calls.append(text)
        if len(calls) > 9:
            raise KeyboardInterrupt
        return anew(text)

    monkeypatch.setattr(rotation, "_anew", stopped)
    with pytest.raises(KeyboardInterrupt):
        rotate()
    assert sum(one.startswith(current_key_id()) for one in kept("accounts_user", "email")) == 4
    monkeypatch.setattr(rotation, "_anew", anew)

    assert rotate()["accounts_user"] == 3


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_four_at_once_do_the_work_once(store, introduce):
    UserFactory.create_batch(20, store=store)
    introduce()

    done = at_once(*[lambda: rotate(pause=0.1)["accounts_user"]] * 4)

    assert sum(done) == 20
    assert all(one.startswith(current_key_id()) for one in kept("accounts_user", "email"))


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_passes_over_what_somebody_holds_and_says_so(store, introduce):
    held, free = UserFactory(store=store), UserFactory(store=store)
    introduce()
    ready, done = threading.Event(), threading.Event()

    def hold() -> str:
        with transaction.atomic():
            User.objects.filter(pk=held.pk).locked()
            ready.set()
            done.wait(timeout=30)
        return "held"

    def turn() -> str:
        ready.wait(timeout=30)
        try:
            with pytest.raises(CommandError, match="1 rows were locked all the time"):
                call_command("rotate_encryption_keys", stdout=StringIO())
        finally:
            done.set()
        return "turned"

    assert at_once(hold, turn) == ["held", "turned"]
    assert rotate()["accounts_user"] == 1
    assert User.objects.get(pk=free.pk).email == free.email


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_counts_on_demand_and_writes_nothing(sold, introduce):
    introduce()
    before = kept("accounts_user", "email")
    told = StringIO()

    call_command("rotate_encryption_keys", "--dry-run", stdout=told)

    assert f"The first key is {current_key_id()}." in told.getvalue()
    (line,) = [line for line in told.getvalue().splitlines() if "accounts_user" in line]
    assert line.split() == ["accounts_user", "0", "done", "1", "to", "do"]
    assert kept("accounts_user", "email") == before


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_a_lost_key_is_told_of(sold, settings):
    settings.FIELD_ENCRYPTION_KEYS = [OTHER]

    assert is_broken()
    with pytest.raises(Undecipherable):
        rotate()
    with pytest.raises(CommandError, match="Put it back into the ring"):
        call_command("rotate_encryption_keys", stdout=StringIO())


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_doctor_finds_what_lies_there_in_clear(sold):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET full_name = 'Augusta King'")

    (found,) = [one for one in services.check_invariants() if one.invariant.id == "I9"]

    assert found.rows == [{"table": "accounts_user", "column": "full_name", "key": None, "rows": 1}]


# --- under traffic -------------------------------------------------------------------------------
def note_after_a_race(order, monkeypatch):
    """Somebody changes a note at the moment at which the rotation has read it."""
    read, written = threading.Event(), threading.Event()
    anew = rotation._anew

    def slowly(text):
        read.set()
        written.wait(timeout=1)  # a writer that is kept waiting comes after us
        return anew(text)

    monkeypatch.setattr(rotation, "_anew", slowly)

    def write() -> None:
        read.wait(timeout=30)
        orders.update_order(
            store=order.store, order_id=order.public_id, by=None, customer_note="Do not ring"
        )
        written.set()

    at_once(lambda: rotate(rounds=1), write)
    return Order.objects.get().customer_note


@pytest.fixture
def order(store):
    return OrderFactory(customer=UserFactory(store=store), customer_note="Ring twice")


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_never_takes_back_what_somebody_writes_meanwhile(order, introduce, monkeypatch):
    introduce()

    assert note_after_a_race(order, monkeypatch) == "Do not ring"


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_without_its_lock_it_would(order, introduce, monkeypatch):
    monkeypatch.setattr(column_rewriting, "_lock", lambda skip_locked: "")
    introduce()
    monkeypatch.setattr(
        rotation, "encrypted_columns", lambda: [_columns_of("orders_order", "customer_note")]
    )

    assert note_after_a_race(order, monkeypatch) == "Ring twice"


def _columns_of(table, *names):
    return column_rewriting.Columns(table=table, names=names)


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_writers_and_rotations_go_on_side_by_side(order, settings, introduce):
    introduce()
    over = threading.Event()

    def turn() -> int:
        rounds = 0
        while not over.is_set():
            settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[::-1]
            rotate(rounds=1)
            rounds += 1
        return rounds

    def write() -> int:
        try:
            for number in range(100):
                written = orders.update_order(
                    store=order.store, order_id=order.public_id, by=None, customer_note=f"{number}"
                )
                assert Order.objects.get().customer_note == written.customer_note
        finally:
            over.set()
        return 0

    assert at_once(turn, write)[0] > 1
    assert Order.objects.get().customer_note == "99"
    assert Order.objects.get().version == 101


# --- what only grows -----------------------------------------------------------------------------
ROTATING = "SET LOCAL tradepost.rotates_keys = 'on'"
OTHER_KEY = "'0a1b2c3d$gAAAA' || snapshot"


def refused(*statements):
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        for statement in statements:
            cursor.execute(statement)
    return True


def test_a_document_is_written_anew_by_a_rotation_alone(sold):
    assert refused(f"UPDATE orders_invoice SET snapshot = {OTHER_KEY}")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROTATING)
        cursor.execute(f"UPDATE orders_invoice SET snapshot = {OTHER_KEY}")
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE orders_invoice SET snapshot = {OTHER_KEY}, number = '2026-999999'",
        "UPDATE orders_invoice SET number = '2026-999999'",
        "UPDATE orders_invoice SET snapshot = '{}'",
        "UPDATE orders_invoice SET snapshot = snapshot || 'x'",
        "DELETE FROM orders_invoice",
        "UPDATE orders_ordertransition SET actor = 'somebody'",
        "UPDATE orders_ordertransition SET reason = 'because' WHERE reason <> ''",
        "UPDATE orders_ordertransition SET reason = '0a1b2c3d$gAAAA', to_state = 'refunded'",
        "DELETE FROM orders_ordertransition",
    ],
)
def test_not_even_a_rotation_changes_anything_else(sold, statement):
    assert refused(ROTATING, statement)


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_the_way_is_closed_again_when_the_rotation_ends(sold, introduce):
    introduce()
    assert rotate()["orders_invoice"] == 1

    assert refused(f"UPDATE orders_invoice SET snapshot = {OTHER_KEY}")
