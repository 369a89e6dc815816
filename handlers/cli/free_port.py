"""Whether an address can be listened on, found out in time and in words."""

import socket

from handlers.cli.failures import PartFailed


def check_port(host: str, port: int) -> None:
    """Raises PartFailed for an address that is taken or not ours."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        hint = "Choose another one with --host or --port (or PORT)."
        raise PartFailed(f"{host}:{port} cannot be listened on: {error.strerror}. {hint}") from error
