"""Objects as kubectl's generators write them, with the empty fields that Go's structures have."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.kubectl.errors import Fault

Made = dict[str, Any]


def metadata(name: str, labels: Mapping[str, str] | None = None) -> Made:
    """Metadata with a name, if there is one, and labels."""
    found: Made = {"creationTimestamp": None}
    return found | ({"name": name} if name else {}) | ({"labels": dict(labels)} if labels else {})


def container(name: str, image: str, command: Sequence[str] = (), **more: Any) -> Made:
    """A container."""
    return {"name": name, "image": image, "resources": {}, **({"command": list(command)} if command else {}), **more}


def container_name(image: str) -> str:
    """What a container of an image is called: the last part of the image's name."""
    name = image.rpartition("/")[2]
    for mark in (":", "@"):
        name = name.partition(mark)[0]
    return re.sub(r"[_.]", "-", name) if re.fullmatch(r"[A-Za-z0-9_.-]+", name) else name


def template(containers: Sequence[Made], labels: Mapping[str, str] | None = None, **spec: Any) -> Made:
    """A template for pods."""
    return {"metadata": metadata("", labels), "spec": {"containers": list(containers), **spec}}


def service_port(written: str, protocol: str = "TCP") -> Made:
    """A port of a service from PORT[:TARGET]. Raises Fault."""
    port, _, aim = written.partition(":")
    if not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise Fault(f"invalid port value {port!r}".replace("'", '"'))
    target: Any = int(aim or port) if (aim or port).isdecimal() else aim
    return {"name": written.replace(":", "-"), "port": int(port), "protocol": protocol, "targetPort": target}


def key_values(texts: Sequence[str], what: str = "label") -> dict[str, str]:
    """Pairs from texts such as a=b,c=d. Raises Fault."""
    found: dict[str, str] = {}
    for text in texts:
        for part in filter(None, text.split(",")):
            key, equals, value = part.partition("=")
            if not equals:
                raise Fault(f"unexpected {what} spec: {part}")
            found[key] = value
    return found
