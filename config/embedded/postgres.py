"""The embedded PostgreSQL: made on first use, with an application role that is no superuser."""

import locale
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from config.embedded.binaries import postgres_programs
from config.embedded.errors import EmbeddedServerError
from config.embedded.locks import open_private
from config.embedded.server import Server, as_nobody

SUPERUSER = "postgres"
ROLE = "tradepost"
# Each is made when it is missing and owned by the role.
DATABASES = ("tradepost", "tradepost_audit")
PORT = 5432
OLDEST_BUILTIN_LOCALES = 17


class Postgres(Server):
    """Reached by its socket only; both passwords lie beside the data, readable by the owner."""

    stop_signals = (signal.SIGINT, signal.SIGQUIT)
    passing_troubles = ("pre-existing shared memory block", "lock file")

    def prepare(self) -> None:
        """This function will make the cluster if there is none.

        Raises:
            EmbeddedServerError: it cannot be made, or is of another version than the programs.
        """
        programs, version = postgres_programs()
        if not self.data.exists():
            self._initialize(programs, version=version)
        made_by = int((self.data / "PG_VERSION").read_text())
        if made_by != version:
            raise EmbeddedServerError(
                f"{self.data} was made by PostgreSQL {made_by}, but the one found is {version} "
                f"({programs}). Dump and reload it, or move it away to begin anew."
            )

    def command(self) -> list[str]:
        """This function will return the command that runs the server in the foreground."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        programs, _ = postgres_programs()
        command = [str(programs / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return as_nobody(command, death_signal=self.stop_signals[0])

    def pid_file(self) -> Path:
        """This function will return the file whose first line is the server's process id."""
        return self.data / "postmaster.pid"

    def answers(self) -> bool:
        """This function will return whether the server is ready for clients."""
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def settle(self) -> None:
        """This function will see to it that the role and its databases are there."""
        with self._connect() as connection:
            # Only the verifier travels, so that no log can show the password.
            verifier = connection.pgconn.encrypt_password(
                self._password(ROLE).encode(), ROLE.encode(), b"scram-sha-256"
            ).decode()
            role = sql.Identifier(ROLE)
            if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).rowcount:
                connection.execute(sql.SQL("CREATE ROLE {}").format(role))
            connection.execute(
                sql.SQL(
                    "ALTER ROLE {} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS PASSWORD {}"
                ).format(role, sql.Literal(verifier))
            )
            present = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
            for name in DATABASES:
                if name not in present:
                    connection.execute(
                        sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), role)
                    )

    def endpoint(self) -> dict[str, Any]:
        """This function will return what a client needs to connect."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": DATABASES[0],
            "USER": ROLE,
            "PASSWORD": self._password(ROLE),
            "HOST": str(self.sockets),
            "PORT": str(PORT),
        }

    def _connect(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(
            host=str(self.sockets),
            port=PORT,
            user=SUPERUSER,
            password=self._password(SUPERUSER),
            dbname="postgres",
            connect_timeout=2,
            autocommit=True,
        )

    def _password(self, role: str) -> str:
        """This function will return a role's password, generated when it is first asked for."""
        path = self.home / f"{role}.password"
        if not path.exists():
            draft = path.with_suffix(".new")
            with open_private(draft, "wb") as file:
                file.write(secrets.token_urlsafe(32).encode())
            draft.replace(path)
        return path.read_text()

    def _initialize(self, programs: Path, *, version: int) -> None:
        """This function will make the cluster beside its place and move it there once whole."""
        self._password(SUPERUSER)
        draft = self.home / "data.new"
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(draft, pwd.getpwnam("nobody").pw_uid, -1)
        done = subprocess.run(  # noqa: S603
            as_nobody(
                [
                    str(programs / "initdb"),
                    f"--pgdata={draft}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={self.home / f'{SUPERUSER}.password'}",
                    "--auth-local=scram-sha-256",
                    "--auth-host=reject",
                    "--encoding=UTF8",
                    *_locale_options(version),
                    *([] if self.durable else ["--no-sync"]),
                ],
                death_signal=signal.SIGTERM,
            ),
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise EmbeddedServerError(f"initdb failed:\n{done.stdout}{done.stderr}")
        draft.rename(self.data)


def _locale_options(version: int) -> list[str]:
    """This function will return options for texts that sort the same on every machine."""
    if version >= OLDEST_BUILTIN_LOCALES:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    with suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
        return ["--locale=C.UTF-8"]
    return ["--locale=C"]
