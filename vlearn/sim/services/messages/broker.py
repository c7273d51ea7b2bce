"""A RabbitMQ of one's own, as an oracle of the work queue: started where one is installed, thrown away afterwards.

Debian's package is `rabbitmq-server`; `VLEARN_RABBITMQ` names another `rabbitmq-server` script. The broker keeps its
files in a temporary folder, listens on free ports of this machine alone, and needs about eight seconds to start.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

SCRIPT = "/usr/lib/rabbitmq/bin/rabbitmq-server"
SECONDS = 60
"""After which a broker that does not start or end is an error."""


@contextmanager
def broker(script: str | None = None) -> Iterator[int]:
    """A broker of its own while the block runs, by its port. OSError where there is none or it does not start."""
    script = script or os.environ.get("VLEARN_RABBITMQ", SCRIPT)
    if not Path(script).is_file():
        raise OSError(f"there is no RabbitMQ at {script}: install it, or name its rabbitmq-server in VLEARN_RABBITMQ")
    with TemporaryDirectory(prefix="vlearn-broker-", ignore_cleanup_errors=True) as folder:
        port, peers, mapper = _free_ports(3)
        env = os.environ | {
            "HOME": folder, "RABBITMQ_MNESIA_BASE": f"{folder}/data", "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins", "RABBITMQ_NODENAME": "vlearn@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1", "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(peers), "ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_EPMD_PORT": str(mapper),
        }  # fmt: skip
        process = subprocess.Popen([script], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _await_start(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(SECONDS)
            if epmd := shutil.which("epmd"):
                # Erlang's port mapper stays behind, as a daemon.
                subprocess.run([epmd, "-port", str(mapper), "-kill"], capture_output=True, check=False)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _await_start(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise OSError("RabbitMQ did not start")
