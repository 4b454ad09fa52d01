"""How many order lines a second leave, and whether memory grows with them.

Orders of two lines each are made by the database itself, a thousand lines and then a million; each
export is a process of its own, whose highest memory the system tells. Run it with `make bench`, or
for fewer rows with `python benchmarks/exports.py 100000`.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from apps.orders.tests.factories import OrderLineFactory  # noqa: E402
from apps.stores.models import Store  # noqa: E402

FEW, MANY, LINES = 1_000, 1_000_000, 2
STEP = 20_000  # no statement may take long
COPIED = """
INSERT INTO {table} ({columns}) SELECT {values}
FROM {table} AS one, generate_series(%s, %s) AS place WHERE one.id = %s
"""
EXPORT = """
import resource, sys, time
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from apps.interchange import services
from apps.interchange.exporting import Kind, Wanted
from apps.stores.models import Store
began = time.perf_counter()
services.write_export(
    store=Store.objects.default(), wanted=Wanted(kind=Kind.ORDERS), file=sys.argv[2], by=None,
    begun=lambda _: None, written=lambda _: None,
)
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def copy(table: str, row: int, first: int, last: int, **own: str) -> None:
    """A row again and again, but for what has to be its own."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
        columns = [one.name for one in described if one.name != "id"]
        own = {"public_id": "gen_random_uuid()", **own}
        values = ", ".join(own.get(name, f"one.{name}") for name in columns)
        statement = COPIED.format(table=table, columns=", ".join(columns), values=values)
        for start in range(first, last + 1, STEP):
            cursor.execute(statement, [start, min(start + STEP - 1, last), row])


def make_orders(line, first: int, last: int) -> None:
    """Their numbers are told by their place, which lines find their orders by."""
    copy("orders_order", line.order_id, first, last, number="lpad(place::text, 9, '0')")
    store = line.order.store_id  # with it, the index of numbers serves
    number = "lpad(place::text, 9, '0')"
    order = f"(SELECT id FROM orders_order WHERE store_id = {store} AND number = {number})"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE orders_order")
    for position in range(LINES):
        own = {"order_id": order, "position": str(position)}
        copy("orders_orderline", line.pk, first, last, **own)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE orders_orderline")


def export(lines: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "orders.csv")
        command = [sys.executable, "-c", EXPORT, connection.settings_dict["NAME"], file]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes = map(float, done.stdout.split())
    print(f"{lines:>9,} lines {lines / seconds:9,.0f}/s {megabytes:8.1f} MB at the highest")
    return megabytes


def main(most: int) -> None:
    store = Store.objects.default()
    line = OrderLineFactory(order__customer__store=store, variant__product__store=store)
    make_orders(line, 1, FEW // LINES)
    few = export(FEW)
    make_orders(line, FEW // LINES + 1, most // LINES)
    much = export(most)
    print(f"ratio of the highest memory: {much / few:.2f}")
    assert much <= 1.2 * few


if __name__ == "__main__":
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
    finally:
        teardown_databases(databases, verbosity=0)
