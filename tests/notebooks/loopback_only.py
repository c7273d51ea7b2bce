"""Runs at the start of every test kernel: a notebook that reaches for the network fails in the cell that does it."""

import sys


def _refuse_the_network(event, arguments):
    if event not in ("socket.connect", "socket.sendto", "socket.getaddrinfo"):
        return
    address = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
    host = address[0] if isinstance(address, tuple) else address if event == "socket.getaddrinfo" else None
    if host not in (None, "", "localhost", "127.0.0.1", "::1"):
        raise PermissionError(f"a notebook runs without the network, and this one reached for {host}")


sys.addaudithook(_refuse_the_network)
