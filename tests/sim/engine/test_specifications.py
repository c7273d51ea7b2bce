"""Settings as the command line writes them, and what the client refuses."""

from collections.abc import Callable

import pytest

from vlearn.sim.engine.settings import Mount, Port, Restart
from vlearn.sim.engine.specifications import (
    ClientError,
    bytes_of,
    mount_of,
    mount_option,
    ports_of,
    restart_of,
    seconds_of,
)

READ: tuple[tuple[Callable[[str], object], str, object], ...] = (
    (ports_of, "8080:80", (Port(8080, 80),)),
    (ports_of, "80", (Port(0, 80),)),
    (ports_of, "127.0.0.1:53:53/udp", (Port(53, 53, "udp", "127.0.0.1"),)),
    (ports_of, "8000-8001:80-81", (Port(8000, 80), Port(8001, 81))),
    (mount_of, "/data", Mount("volume", "", "/data")),
    (mount_of, "data:/data:ro", Mount("volume", "data", "/data", True)),
    (mount_of, "/srv:/data", Mount("bind", "/srv", "/data")),
    (mount_option, "type=bind,src=/srv,dst=/data,readonly", Mount("bind", "/srv", "/data", True, create=False)),
    (restart_of, "on-failure:3", Restart("on-failure", 3)),
    (bytes_of, "512m", 512 << 20),
    (bytes_of, "1.5g", 3 << 29),
    (seconds_of, "1m30s", 90.0),
    (seconds_of, "500ms", 0.5),
)
REFUSED: tuple[tuple[Callable[[str], object], str, str], ...] = (
    (ports_of, "8080:99999", "invalid containerPort: 99999"),
    (ports_of, "x:80", "invalid hostPort: x"),
    (ports_of, "80/icmp", "invalid proto: icmp"),
    (mount_of, "a::b", "invalid spec: a::b: empty section between colons"),
    (mount_of, "a:/b:rx", "invalid mode: rx"),
    (restart_of, "always:3", "invalid restart policy: maximum retry count can only be used with 'on-failure'"),
    (restart_of, "on-failure:x", "invalid restart policy format: maximum retry count must be an integer"),
    (bytes_of, "12q", "invalid size: '12q'"),
    (seconds_of, "5", 'time: invalid duration "5"'),
)


@pytest.mark.parametrize(("read", "text", "value"), READ, ids=[text for _, text, _ in READ])
def test_text_means_what_docker_takes_it_for(read: Callable[[str], object], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(("read", "text", "message"), REFUSED, ids=[text for _, text, _ in REFUSED])
def test_what_the_client_refuses_has_its_words(read: Callable[[str], object], text: str, message: str) -> None:
    with pytest.raises(ClientError) as refused:
        read(text)
    assert str(refused.value) == message
