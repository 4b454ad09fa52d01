"""What can be said about the containers without an engine: names, commands, checks, secrets."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from tests.serving import environment as serving_environment
from tests.serving import free_port

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {"setup", "web", "worker", "beat"}
# Read by the programs themselves rather than by us.
OF_OTHERS = {"DJANGO_SETTINGS_MODULE"}


def command_of(service: str) -> list[str]:
    command: list[str] = SERVICES[service]["command"]
    return command


def variables_we_read() -> set[str]:
    read = "".join(path.read_text() for path in (ROOT / "config").rglob("*.py"))
    return set(re.findall(r"""["']([A-Z][A-Z0-9_]{2,})["']""", read))


def test_every_service_that_stays_says_whether_it_is_well():
    assert set(SERVICES) == OURS | {"postgres", "redis", "rabbitmq"}
    assert [name for name in SERVICES if "healthcheck" not in SERVICES[name]] == ["setup"]
    assert SERVICES["setup"]["restart"] == "no"


def test_nothing_of_ours_starts_before_what_it_needs():
    servers = {"postgres", "redis", "rabbitmq"}
    for name in OURS:
        waits = {on: how["condition"] for on, how in SERVICES[name]["depends_on"].items()}
        assert {on for on, how in waits.items() if how == "service_healthy"} == servers
        assert waits.get("setup") == (None if name == "setup" else "service_completed_successfully")


@pytest.mark.parametrize("service", sorted(OURS))
def test_every_variable_that_is_set_is_read(service):
    unread = set(SERVICES[service]["environment"]) - variables_we_read() - OF_OTHERS

    assert unread == set()


@pytest.mark.parametrize(
    ("module", "steps"),
    [
        ("config.settings.local", ["migrate --no-input", "seed_demo"]),
        ("config.settings.production", ["migrate --no-input"]),
    ],
)
def test_the_setup_migrates_and_seeds_a_demo_only_where_it_is_one(tmp_path, module, steps):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho $*\n")
    python.chmod(0o755)
    shell, flag, script = command_of("setup")

    done = subprocess.run(
        [shell, flag, script.replace("$$", "$")],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "DJANGO_SETTINGS_MODULE": module},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [f"manage.py {step}" for step in steps]
    assert {step.split()[0] for step in steps} <= set(get_commands())


@pytest.mark.parametrize(
    ("service", "program"), [("web", "gunicorn"), ("worker", "celery"), ("beat", "celery")]
)
def test_the_programs_are_installed_and_the_modules_they_name_exist(service, program):
    command = command_of(service)

    assert command[0] == program
    assert re.search(rf"^{program}==", (ROOT / "requirements/production.txt").read_text(), re.M)
    modules = re.findall(r"python:([\w.]+)", " ".join(command)) or ["config.celery"]
    assert all(importlib.util.find_spec(module) for module in modules)


def test_only_the_web_server_has_a_port_and_only_for_this_machine():
    published = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}

    assert published == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_what_must_survive_has_a_volume():
    kept = {
        volume.split(":")[0] for each in SERVICES.values() for volume in each.get("volumes", [])
    }

    assert kept == set(COMPOSE["volumes"]) == {"exports", "media", "postgres", "rabbitmq"}


def test_known_passwords_say_what_they_are_good_for():
    text = (ROOT / "docker-compose.yml").read_text()

    assert set(re.findall(r"\$\{\w*PASSWORD:-([^}]*)\}", text)) == {"development-only"}
    assert "SECRET_KEY:" not in text


def test_the_image_holds_what_its_command_needs_and_runs_as_nobody_special():
    dockerfile = (ROOT / "Dockerfile").read_text()
    kept = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }

    assert all((ROOT / path).exists() for path in kept)
    assert {"apps", "config", "manage.py", "requirements", "static", "templates"} <= kept
    assert re.findall(r"^USER (\w+)$", dockerfile, re.M) == ["tradepost"]
    assert "--require-hashes -r /tmp/production.txt" in dockerfile
    assert command_of("web") == yaml.safe_load(dockerfile.split("CMD ")[1])


@pytest.mark.skipif(not shutil.which("sh"), reason="needs a shell")
@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"setup"}))
def test_the_health_checks_are_programs_or_valid_shell(service):
    kind, *rest = SERVICES[service]["healthcheck"]["test"]

    assert kind in {"CMD", "CMD-SHELL"}
    if rest[:2] == ["python", "-c"]:
        compile(rest[2], "healthcheck", "exec")
    assert all(rest)


@pytest.mark.services
@pytest.mark.parametrize("service", ["web", "worker", "beat"])
def test_the_process_runs_and_its_health_check_passes(transactional_db, service, tmp_path):
    port = free_port()
    moved = {
        "8000": str(port),
        "/tmp": str(tmp_path),
        # The shell of a container is given one dollar.
        "$$": "$",
    }
    environment = serving_environment(PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    process = subprocess.Popen(
        [replaced(word, moved) for word in command_of(service)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    kind, *test = SERVICES[service]["healthcheck"]["test"]
    check = [replaced(word, moved) for word in ([] if kind == "CMD" else ["sh", "-c"]) + test]
    try:
        before = subprocess.run(check, env=environment, cwd=ROOT, capture_output=True, check=False)
        assert before.returncode != 0
        wait_until_it_passes(check, environment=environment, process=process)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def replaced(word: str, by: dict[str, str]) -> str:
    for old, new in by.items():
        word = word.replace(old, new)
    return word


def wait_until_it_passes(
    check: list[str], *, environment: dict[str, str], process: "subprocess.Popen[bytes]"
) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()[0].decode()
        done = subprocess.run(check, env=environment, cwd=ROOT, capture_output=True, check=False)
        if done.returncode == 0:
            return
        time.sleep(0.5)
    pytest.fail(f"unhealthy: {done.stdout.decode()} {done.stderr.decode()}")
