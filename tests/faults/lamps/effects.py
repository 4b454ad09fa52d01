"""A table without any constraint: whatever is done twice is seen twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection


@contextmanager
def effects_table() -> Iterator[None]:
    """This function will keep the table for the length of a test."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS fault_effects")
        cursor.execute("CREATE TABLE fault_effects (subscriber text, delivery uuid)")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE fault_effects")


def write_effect(subscriber: str, delivery: UUID) -> None:
    """This function will have one effect."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO fault_effects VALUES (%s, %s)", [subscriber, delivery])


def number_of_effects() -> int:
    """This function will return how many effects there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM fault_effects")
        return int(cursor.fetchone()[0])


def effects_of(subscriber: str) -> list[UUID]:
    """This function will return the deliveries that a subscriber took effect for, each as often
    as it did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT delivery FROM fault_effects WHERE subscriber = %s", [subscriber])
        return [delivery for (delivery,) in cursor.fetchall()]
