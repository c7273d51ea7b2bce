"""Settings as the command line writes them: `8080:80`, `data:/data:ro`, `on-failure:3`, `512m`, `1m30s`.

What is wrong is refused in the words of the docker client, which prints it before it asks the daemon (exit code 125).
"""

import re
from typing import Literal, get_args

from vlearn.errors import ModelError
from vlearn.sim.engine.settings import Mount, Port, Restart, RestartPolicy

UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([bkmgt]?)i?b?", re.ASCII | re.IGNORECASE)
SPANS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
SPAN = re.compile(r"(\d+(?:\.\d*)?)(ns|us|ms|s|m|h)", re.ASCII)
MOST = 65_535


class ClientError(ModelError):
    """The docker client refuses a command line; the message is its own, without `docker:` before it."""


def ports_of(text: str) -> tuple[Port, ...]:
    """`[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]`; ranges of equal length stand for one port after another."""
    rest, _, protocol = text.partition("/")
    if protocol not in ("", "tcp", "udp"):
        raise ClientError(f"invalid proto: {protocol}")
    transport: Literal["tcp", "udp"] = "udp" if protocol == "udp" else "tcp"
    *before, inside = rest.split(":")
    if not inside:
        raise ClientError(f"no port specified: {text}<empty>")
    outside = before.pop() if before else ""
    address = ":".join(before)
    if address and not re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", address):
        raise ClientError(f"invalid IP address: {address}")
    inner = _range(inside, f"invalid containerPort: {inside}")
    outer = _range(outside, f"invalid hostPort: {outside}") if outside else (0,) * len(inner)
    if len(outer) != len(inner):
        raise ClientError(f"invalid ranges specified for container and host Ports: {inside} and {outside}")
    return tuple(Port(h, c, transport, address or "0.0.0.0") for h, c in zip(outer, inner, strict=True))


def _range(text: str, wrong: str) -> tuple[int, ...]:
    low, dash, high = text.partition("-")
    ends = [int(end) if end.isascii() and end.isdigit() else MOST + 1 for end in (low, high if dash else low)]
    if max(ends) > MOST or ends[0] > ends[1]:
        raise ClientError(wrong)
    return tuple(range(ends[0], ends[1] + 1))


def mount_of(text: str) -> Mount:
    """`-v`: `/inside` is an anonymous volume, `name:/inside` a named one, `/host:/inside` a bind; `:ro` at the end."""
    parts = text.split(":")
    if not text or len(parts) > 3 or not all(parts):
        raise ClientError(
            f"invalid spec: {text}: empty section between colons" if text else "invalid empty volume spec"
        )
    if len(parts) == 1:
        return Mount("volume", "", text)
    source, target, *modes = parts
    words = modes[0].split(",") if modes else []
    if unknown := [word for word in words if word not in ("ro", "rw", "nocopy", "z", "Z")]:
        raise ClientError(f"invalid mode: {unknown[0]}")
    kind: Literal["bind", "volume"] = "bind" if source.startswith("/") else "volume"
    return Mount(kind, source, target, "ro" in words, copy="nocopy" not in words)


def mount_option(text: str) -> Mount:
    """`--mount type=volume,source=data,target=/data,readonly`: unlike -v it makes no missing host directory."""
    values: dict[str, str] = {}
    for word in text.split(","):
        name, equals, value = word.partition("=")
        key = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly"}.get(name, name)
        if key not in ("type", "source", "target", "readonly", "tmpfs-size", "volume-nocopy"):
            raise ClientError(f"invalid argument {text!r} for \"--mount\" flag: unexpected key '{name}' in '{word}'")
        values[key] = value if equals else "true"
    kind = values.get("type", "volume")
    if kind not in ("volume", "bind", "tmpfs"):
        raise ClientError(f'invalid argument "{text}" for "--mount" flag: mount type unknown: "{kind}"')
    if not values.get("target"):
        raise ClientError(f'invalid argument "{text}" for "--mount" flag: target is required')
    options = f"size={values['tmpfs-size']}" if "tmpfs-size" in values else ""
    return Mount(
        kind,  # type: ignore[arg-type]
        values.get("source", ""),
        values["target"],
        values.get("readonly") == "true",
        options,
        create=False,
        copy=values.get("volume-nocopy") != "true",
    )


def restart_of(text: str) -> Restart:
    """`no`, `always`, `unless-stopped`, `on-failure` or `on-failure:3`."""
    policy, colon, most = text.partition(":")
    if policy not in get_args(RestartPolicy):
        raise ClientError(f"invalid restart policy: unknown policy '{policy}'; use one of '{_policies()}'")
    if colon and not most.isdigit():
        raise ClientError("invalid restart policy format: maximum retry count must be an integer")
    if most and policy != "on-failure":
        raise ClientError("invalid restart policy: maximum retry count can only be used with 'on-failure'")
    return Restart(policy, int(most or 0))  # type: ignore[arg-type]


def _policies() -> str:
    return "', '".join(("no", "always", "on-failure", "unless-stopped"))


def bytes_of(text: str) -> int:
    """`512m` in bytes: units are powers of 1024."""
    found = SIZE.fullmatch(text)
    if not found:
        raise ClientError(f"invalid size: '{text}'")
    return int(float(found[1]) * UNITS[found[2].lower()])


def seconds_of(text: str) -> float:
    """`1m30s` in seconds, as Go writes durations."""
    if text == "0":
        return 0.0
    if not text or SPAN.sub("", text):
        raise ClientError(f'time: invalid duration "{text}"' if text else "time: invalid duration")
    return sum(float(number) * SPANS[unit] for number, unit in SPAN.findall(text))
