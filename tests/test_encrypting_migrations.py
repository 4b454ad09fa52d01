"""The migrations that encrypt what the version before kept in clear, there and back again."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from apps.accounts.models import Address, User
from apps.accounts.tests.factories import AddressFactory
from apps.backoffice import services as backoffice
from apps.idempotency.models import IdempotencyKey
from apps.orders.models import Invoice, Order, OrderTransition
from apps.orders.tests.factories import InvoiceFactory, OrderFactory
from apps.payments.models import Payment
from apps.payments.tests.factories import PaymentFactory

pytestmark = pytest.mark.thorough

ENCRYPTING = {
    "accounts": "0004_personal_data_encrypted",
    "idempotency": "0002_answers_encrypted",
    "orders": "0008_personal_data_encrypted",
    "payments": "0005_secrets_encrypted",
}
COLUMNS = [
    ("accounts_user", "email", "Ada@Example.com"),
    ("accounts_user", "full_name", "Augusta Ada King"),
    ("accounts_address", "street", "12 St James's Square"),
    ("accounts_address", "phone", "+44 20 7946 0958"),
    ("orders_order", "customer_note", "Ring twice"),
    ("orders_ordertransition", "reason", "moved away"),
    ("payments_payment", "client_secret", "cs_secret"),
    ("idempotency_idempotencykey", "body", '{"id": 1}'),
]


def before_encryption() -> list[tuple[str, str]]:
    graph = MigrationExecutor(connection).loader.graph
    return [
        parent.key
        for node in ENCRYPTING.items()
        for parent in graph.node_map[node].parents
        if parent.key[0] == node[0]
    ]


def migrate(targets: list[tuple[str, str]]) -> None:
    MigrationExecutor(connection).migrate(targets)


def newest() -> list[tuple[str, str]]:
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


def kept(table: str, column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}::text FROM {table} WHERE {column}::text <> ''")
        return [text for (text,) in cursor.fetchall()]


def run(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def assert_append_only() -> None:
    for statement in (
        "UPDATE orders_invoice SET number = 'x'",
        "DELETE FROM orders_invoice",
        "UPDATE orders_ordertransition SET actor = 'x'",
        "DELETE FROM orders_ordertransition",
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            run(statement)


@pytest.fixture
def rows(transactional_db, store) -> Iterator[None]:
    address = AddressFactory(
        owner__store=store,
        owner__email="Ada@Example.com",
        owner__full_name="Augusta Ada King",
        phone="+44 20 7946 0958",
    )
    order = OrderFactory(customer=address.owner, state="paid", customer_note="Ring twice")
    OrderTransition.objects.create(
        order=order, from_state="paid", to_state="canceled", actor="system", reason="moved away"
    )
    InvoiceFactory(order=order)
    PaymentFactory(order=order, client_secret="cs_secret")
    IdempotencyKey.objects.create(
        store=uuid4(), caller="x", key="k", fingerprint="f", status=200, body='{"id": 1}'
    )
    yield
    # The rows may keep a migration from going on: then nothing of this test is left for others.
    call_command("flush", interactive=False, verbosity=0)
    migrate(newest())


def test_what_lay_there_in_clear_is_encrypted_and_found(rows):
    migrate(before_encryption())
    assert_append_only()
    for table, column, text in COLUMNS:
        assert kept(table, column) == [text]
    assert '"city": "London"' in kept("orders_invoice", "snapshot")[0]
    assert '"city": "London"' in kept("orders_order", "shipping_address")[0]
    run(
        "INSERT INTO django_admin_log (action_time, object_id, object_repr, action_flag,"
        " change_message, content_type_id, user_id)"
        " SELECT now(), person.id, person.email, 2, '[]', kind.id, person.id"
        " FROM accounts_user person, django_content_type kind WHERE kind.model = 'user'"
    )

    migrate(newest())

    for table, column, text in COLUMNS:
        assert all(text not in one and one[8:14] == "$gAAAA" for one in kept(table, column))
    ada = User.objects.get(email="ada@example.com")
    assert (ada.email, ada.full_name) == ("Ada@Example.com", "Augusta Ada King")
    assert kept("django_admin_log", "object_repr") == [str(ada.public_id)]
    address = Address.objects.get()
    assert (address.street, address.phone) == ("12 St James's Square", "+44 20 7946 0958")
    assert Order.objects.get().customer_note == "Ring twice"
    assert Order.objects.get().shipping_address["city"] == "London"
    assert Invoice.objects.get().content.buyer["city"] == "London"
    assert OrderTransition.objects.get(to_state="canceled").reason == "moved away"
    assert Payment.objects.get().client_secret == "cs_secret"
    assert IdempotencyKey.objects.get().body == '{"id": 1}'
    assert_append_only()
    (readable,) = [one for one in backoffice.check_invariants() if one.invariant.id == "I9"]
    assert readable.is_kept


def test_two_people_who_have_become_one_stop_the_migration(rows, store):
    migrate(before_encryption())
    run(
        "INSERT INTO accounts_user (public_id, created_at, updated_at, version, password, email,"
        " full_name, is_active, is_staff, is_superuser, store_id)"
        " SELECT gen_random_uuid(), now(), now(), 1, '', ' ada@example.com', '', true, false,"
        " false, %s",
        store.pk,
    )

    with pytest.raises(RuntimeError, match="under one e-mail address"):
        migrate(newest())
    assert "Ada@Example.com" in kept("accounts_user", "email")
