"""What encryption at rest costs a list: the time of `GET` with 100 rows, to that in clear.

"in clear" takes the cipher out of the columns and leaves everything else as it is. Both take turns,
so that a machine whose speed drifts is fair to both; what is printed is the median of the rounds.
Run it with `make bench`.
"""

import os
import statistics
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from apps.accounts.tests.factories import AddressFactory, UserFactory  # noqa: E402
from apps.core import encrypted_fields  # noqa: E402
from apps.core.column_rewriting import Columns  # noqa: E402
from apps.core.encryption import decrypt, encrypt  # noqa: E402
from apps.orders.models import Order  # noqa: E402
from apps.orders.tests.factories import InvoiceFactory  # noqa: E402
from apps.stores.models import Store  # noqa: E402
from conftest import client_of  # noqa: E402

ROWS, ROUNDS, REQUESTS = 100, 9, 5
TABLES = [
    ("accounts_user", ["email", "full_name"]),
    ("orders_order", ["shipping_address", "customer_note", "staff_note"]),
    (
        "accounts_address",
        [
            "full_name",
            "company",
            "street",
            "street_extra",
            "postal_code",
            "city",
            "region",
            "phone",
        ],
    ),
]


def rewrite(change: Callable[[str], str]) -> None:
    with transaction.atomic():
        for table, names in TABLES:
            for page in Columns(table=table, names=names).pages():
                page.rewrite(change)


def seconds_of(read: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(REQUESTS):
        read()
    return (time.perf_counter() - began) / REQUESTS


def in_clear(read: Callable[[], object]) -> float:
    rewrite(decrypt)
    encrypted_fields.encrypt = encrypted_fields.decrypt = lambda text: text
    try:
        return seconds_of(read)
    finally:
        encrypted_fields.encrypt, encrypted_fields.decrypt = encrypt, decrypt
        rewrite(encrypt)


def main() -> None:
    store = Store.objects.default()
    person = UserFactory(store=store)
    for number in range(ROWS):
        note = f"Ring {number} times"
        InvoiceFactory(order__customer=UserFactory(store=store), order__customer_note=note)
    AddressFactory.create_batch(50, owner=person)
    staff, own = client_of(UserFactory(store=store, is_staff=True)), client_of(person)
    lists = {
        "orders, 100": lambda: staff.get("/api/v1/orders?page_size=100").json(),
        "orders with all columns": lambda: list(Order.objects.select_related("customer")),
        "invoices, 100": lambda: staff.get("/api/v1/invoices?page_size=100").json(),
        "addresses, 50": lambda: own.get("/api/v1/addresses?page_size=100").json(),
    }
    print(f"{'list':26}{'in clear':>10}{'encrypted':>11}{'ratio':>7}")
    for name, read in lists.items():
        read()
        pairs = [(in_clear(read), seconds_of(read)) for _ in range(ROUNDS)]
        clear, encrypted = (statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = statistics.median(after / before for before, after in pairs)
        print(f"{name:26}{clear * 1000:8.1f}ms{encrypted * 1000:9.1f}ms{ratio:7.2f}")
    connection.close()


if __name__ == "__main__":
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        main()
    finally:
        teardown_databases(databases, verbosity=0)
