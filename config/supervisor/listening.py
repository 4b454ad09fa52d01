"""The web server's socket, opened here so that nobody can take the port between check and use."""

import errno
import socket

BACKLOG = 2048
TRIES = 100


def open_listener(*, host: str, port: int) -> socket.socket:
    """This function will return a listening socket on the first free port from `port` on.

    Raises:
        OSError: the host is not ours, the port needs other rights, or a hundred ports are taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + TRIES):
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            # As the web server would: connections that linger from the last run do not count.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, candidate))
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE or candidate == port + TRIES - 1:
                raise
        else:
            return listener
    raise AssertionError
