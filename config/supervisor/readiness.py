"""Whether the web processes answer yet."""

import http.client
from contextlib import closing

from django.conf import settings
from django.http.request import validate_host

PATH = "/health/ready"
PATIENCE_SECONDS = 1.0


def ask_readiness(*, host: str, port: int) -> tuple[bool, str]:
    """This function will return whether the site is ready for visitors, and what it answered."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
    with closing(connection):
        try:
            connection.request("GET", PATH, headers={"Host": allowed_host()})
            response = connection.getresponse()
            body = response.read(2000).decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return False, str(error)
    return response.status == http.client.OK, f"{response.status} {body}"


def allowed_host() -> str:
    """This function will return a host name that the site answers to."""
    hosts: list[str] = settings.ALLOWED_HOSTS
    if validate_host("127.0.0.1", hosts):
        return "127.0.0.1"
    return hosts[0].lstrip(".")
