"""The embedded servers, really started, shared, killed and healed."""

import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from config.tests.embedded_client import (
    connect,
    is_announced,
    postmaster,
    processes_of,
    value,
    wait_until,
)


def test_the_application_role_owns_its_database_and_is_no_superuser(process):
    endpoint = process().endpoint()

    with connect(endpoint) as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles "
            "WHERE rolname = current_user"
        ).fetchone()
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE DATABASE test_tradepost")
    assert rights == (False, True, False, False)
    assert value(endpoint, "SELECT lower('ÀÉ')") == "àé"


def test_the_server_listens_on_no_port_and_asks_for_the_password(process):
    endpoint = process().endpoint()

    assert value(endpoint, "SHOW listen_addresses") == ""
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(endpoint | {"PASSWORD": "guessed"})


def test_what_is_secret_can_be_read_by_its_owner_alone(process, tmp_path):
    endpoint = process().endpoint()

    home = tmp_path / "home"
    modes = {path.name: path.stat().st_mode & 0o077 for path in [home, *home.iterdir()]}
    assert set(modes.values()) == {0}
    assert Path(endpoint["HOST"]).stat().st_mode & 0o777 == 0o700
    assert endpoint["PASSWORD"] not in "".join(
        (home / name).read_text() for name in ("server.log", "keeper.log")
    )


def test_a_second_process_joins_the_running_server_at_once(process, tmp_path):
    process().endpoint()
    server = postmaster(tmp_path / "home")

    assert process().endpoint()["seconds"] < 0.1
    assert postmaster(tmp_path / "home") == server


def test_processes_that_start_together_share_one_keeper_and_one_server(process, tmp_path):
    together = [process() for _ in range(4)]

    sockets = {each.endpoint()["HOST"] for each in together}
    assert len(sockets) == 1
    assert len(processes_of(tmp_path / "home", program="config.embedded.keeper")) == 1
    assert len(processes_of(tmp_path / "home", program="bin/postgres")) == 1


def test_the_server_stops_cleanly_when_the_last_process_was_killed(process, tmp_path):
    first, second = process(), process()
    sockets = Path(first.endpoint()["HOST"])
    second.endpoint()

    first.leave()
    second.process.kill()

    wait_until(lambda: not processes_of(tmp_path / "home"))
    assert "database system is shut down" in (tmp_path / "home" / "server.log").read_text()
    assert not sockets.exists()


def test_who_leaves_last_may_wait_until_everything_has_stopped(process, tmp_path):
    last = process()
    last.endpoint()

    assert last.process.communicate("leave")[0] == "left\n"
    assert processes_of(tmp_path / "home") == []


def test_who_leaves_before_others_do_does_not_wait_for_them(process, tmp_path):
    first, second = process(), process()
    first.endpoint()
    endpoint = second.endpoint()

    began = time.monotonic()
    first.process.communicate("leave")

    assert time.monotonic() - began < 2
    assert value(endpoint, "SELECT 1") == 1


def test_a_process_that_comes_while_the_server_stops_gets_a_server(process, tmp_path):
    process().endpoint()
    process().leave()
    first = postmaster(tmp_path / "home")
    keeper = processes_of(tmp_path / "home", program="config.embedded.keeper")[0]
    os.kill(keeper, signal.SIGTERM)
    wait_until(lambda: not is_announced(tmp_path / "home"))

    assert value(process().endpoint(), "SELECT 1") == 1
    assert postmaster(tmp_path / "home") != first


def test_a_killed_keeper_takes_its_server_along_and_the_next_start_heals(process, tmp_path):
    endpoint = process(mode="durable").endpoint()
    with connect(endpoint) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    os.kill(processes_of(tmp_path / "home", program="config.embedded.keeper")[0], signal.SIGKILL)
    wait_until(lambda: not processes_of(tmp_path / "home"))

    assert value(process(mode="durable").endpoint(), "SELECT answer FROM kept") == 42


def test_a_killed_server_is_revived_under_the_processes_that_use_it(process, tmp_path):
    endpoint = process(mode="durable").endpoint()
    with connect(endpoint) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    first = postmaster(tmp_path / "home")

    os.kill(first, signal.SIGKILL)

    wait_until(lambda: is_announced(tmp_path / "home") and postmaster(tmp_path / "home") != first)
    assert value(endpoint, "SELECT answer FROM kept") == 42


def test_a_server_that_somebody_stopped_is_started_again(process, tmp_path):
    endpoint = process("valkey").endpoint()
    first = processes_of(tmp_path / "home", program="--unixsocket")[0]

    os.kill(first, signal.SIGTERM)

    wait_until(lambda: processes_of(tmp_path / "home", program="--unixsocket") not in ([], [first]))
    wait_until(lambda: is_announced(tmp_path / "home"))
    assert process("valkey").endpoint()["cache_url"] == endpoint["cache_url"]


def test_killing_keeper_and_server_at_once_leaves_nothing_the_next_start_minds(process, tmp_path):
    endpoint = process(mode="durable").endpoint()
    with connect(endpoint) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    for pid in processes_of(tmp_path / "home"):
        os.kill(pid, signal.SIGKILL)

    assert value(process(mode="durable").endpoint(), "SELECT answer FROM kept") == 42


def test_a_stranger_with_the_old_process_id_is_left_alone(process, tmp_path):
    process().endpoint()
    for pid in processes_of(tmp_path / "home"):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not processes_of(tmp_path / "home"))
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pid_file = tmp_path / "home" / "data" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")

        assert value(process().endpoint(), "SELECT 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def test_a_first_start_that_was_interrupted_is_done_again(process, tmp_path):
    half = tmp_path / "home" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    assert value(process().endpoint(), "SELECT 1") == 1
