"""Everything an installation keeps or says, as text to look through."""

import gzip
import logging
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from io import StringIO

from django.conf import settings
from django.db import connections
from django_redis import get_redis_connection
from kombu import Connection
from redis import Redis

from config.queues import DELIVERIES, PERIODIC
from tests.broker import Listener

Trace = tuple[str, str]
_DATABASES = 16


def database() -> Iterator[Trace]:
    """This function will dump every row of every table of both databases."""
    for connection in connections.all():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT row_to_json(one)::text FROM "{table}" AS one')
                for (row,) in cursor.fetchall():
                    yield f"table {table}", row


def sessions() -> Iterator[Trace]:
    """This function will decode what sessions hold: they are compressed."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in store.get_model_class().objects.all():
        yield "session", str(session.get_decoded())


def files() -> Iterator[Trace]:
    """This function will read what lies in files, be it packed or not."""
    for path in settings.EXPORTS_ROOT.rglob("*"):
        content = path.read_bytes()
        yield f"file {path.name}", _text(content)
        with suppress(OSError, EOFError, zlib.error):
            yield f"file {path.name}, unpacked", _text(gzip.decompress(content))


def redis() -> Iterator[Trace]:
    """This function will dump all keys and values of all databases of the Redis: the cache, what
    the limits count, and the broker where that is a Redis, too."""
    options = get_redis_connection("default").connection_pool.connection_kwargs
    for number in range(_DATABASES):
        with Redis(**{**_plain(options), "db": number}) as client:
            for key in client.scan_iter():
                yield f"Redis key, database {number}", _text(key)
                yield f"Redis value of {_text(key)}", _value(client, key)


def _plain(options: dict) -> dict:
    names = {"host", "port", "path", "password", "username"}
    known = {name: value for name, value in options.items() if name in names}
    if "path" in known:
        known["unix_socket_path"] = known.pop("path")
    return known


def _value(client: Redis, key: bytes) -> str:
    kind = client.type(key)
    readers = {
        b"string": lambda: client.get(key),
        b"list": lambda: client.lrange(key, 0, -1),
        b"hash": lambda: client.hgetall(key),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1, withscores=True),
        b"stream": lambda: client.xrange(key),
    }
    return _text(readers[kind]()) if kind in readers else ""


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def broker(follower: Listener | None = None) -> Iterator[Trace]:
    """This function will take what lies in the queues of a RabbitMQ, and what was announced."""
    if not settings.CELERY_BROKER_URL.startswith(("amqp", "pyamqp")):
        return
    for queue in (PERIODIC, DELIVERIES):
        with Connection(settings.CELERY_BROKER_URL) as line, suppress(*line.channel_errors):
            while message := line.default_channel.basic_get(queue, no_ack=True):
                yield f"queue {queue}", f"{message.headers} {message.properties} {message.body}"
    for content_type, body in follower.heard() if follower else []:
        yield "announced", f"{content_type} {body}"


@contextmanager
def log_lines() -> Iterator[StringIO]:
    """This function will catch all that is logged meanwhile, down to the lowest level, as it is
    written in production. Database drivers and test tools below their warnings apart."""
    caught, root = StringIO(), logging.getLogger()
    handler = logging.StreamHandler(caught)
    handler.setFormatter(root.handlers[0].formatter)
    before = root.level
    quiet = [logging.getLogger(name) for name in ("factory", "faker", "django.db.backends")]
    levels = [one.level for one in quiet]
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for one in quiet:
        one.setLevel(logging.WARNING)
    try:
        yield caught
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        for one, level in zip(quiet, levels, strict=True):
            one.setLevel(level)


def found(marks: Iterable[str], traces: Iterable[Trace]) -> list[str]:
    """This function will tell which marks turned up where, without regard to case, in clear, in
    hexadecimal digits and as JSON spells them."""
    spelled = {
        way
        for mark in marks
        for way in (
            mark.lower(),
            mark.encode().hex(),
            mark.replace("/", "\\/").lower(),
            mark.replace("+", "%2b").replace("@", "%40").replace(" ", "+").lower(),
        )
    }
    return sorted(
        {f"{where}: {mark}" for where, text in traces for mark in spelled if mark in text.lower()}
    )
