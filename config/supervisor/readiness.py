"""Whether the web processes answer yet."""

import http.client
import select

from django.conf import settings
from django.http.request import validate_host

PATH = "/health/ready"
READ_SECONDS = 5.0


class ReadinessProbe:
    """Asks once and comes back for the answer, so that nobody waits and no question is repeated."""

    def __init__(self, *, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.answer = "no answer"
        self._connection: http.client.HTTPConnection | None = None

    def is_ready(self) -> bool:
        """This function will return whether the site has said that it is ready for visitors."""
        try:
            if self._connection is None:
                self._connection = self._ask()
            if not select.select([self._connection.sock], [], [], 0)[0]:
                return False
            response = self._connection.getresponse()
            self.answer = f"{response.status} {response.read(2000).decode(errors='replace')}"
        except (OSError, http.client.HTTPException) as error:
            self.answer = str(error)
            self.close()
            return False
        self.close()
        return response.status == http.client.OK

    def close(self) -> None:
        """This function will forget the question that is still open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=READ_SECONDS)
        connection.request("GET", PATH, headers={"Host": allowed_host()})
        return connection


def allowed_host() -> str:
    """This function will return a host name that the site answers to."""
    hosts: list[str] = settings.ALLOWED_HOSTS
    if validate_host("127.0.0.1", hosts):
        return "127.0.0.1"
    return hosts[0].lstrip(".")
