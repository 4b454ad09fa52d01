"""Giving committed events their place in the feed."""

from django.db import connection, transaction

_LOCK = 0x7472_6465  # any number of our own; "trde"

# Only one transaction at a time numbers events, and it sees committed ones only. So whoever has
# read up to a position has read every event at or below it: a later commit gets a later position.
_NUMBER = """
WITH unnumbered AS (
    SELECT id FROM events_outboxevent WHERE position IS NULL ORDER BY id LIMIT %(most)s
), last AS (
    SELECT coalesce(max(position), 0) AS position FROM events_outboxevent
), placed AS (
    SELECT unnumbered.id, last.position + row_number() OVER (ORDER BY unnumbered.id) AS position
    FROM unnumbered, last
)
UPDATE events_outboxevent AS event SET position = placed.position
FROM placed WHERE event.id = placed.id
"""


@transaction.atomic
def number_events(*, most: int = 1000) -> int:
    """This function will give up to `most` committed events the next positions of the feed.

    Returns how many it numbered.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_NUMBER, {"most": most})
        return cursor.rowcount
