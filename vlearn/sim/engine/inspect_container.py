"""GET /containers/ID/json: a container as `docker inspect` shows it."""

from typing import Any

from vlearn.sim.engine.container import Attached, Container, Endpoint
from vlearn.sim.engine.state import Engine, Network
from vlearn.sim.engine.storage import ROOT, merged
from vlearn.sim.engine.timestamps import SECOND, timestamp


def inspect_container(engine: Engine, container: Container) -> dict[str, Any]:
    """GET /containers/ID/json."""
    settings, state = container.settings, container.state
    return {
        "Id": container.id,
        "Created": timestamp(engine, container.created),
        "Path": container.arguments[0],
        "Args": list(container.arguments[1:]),
        "State": _state(engine, container),
        "Image": container.image,
        "ResolvConfPath": f"{ROOT}/containers/{container.id}/resolv.conf",
        "HostnamePath": f"{ROOT}/containers/{container.id}/hostname",
        "HostsPath": f"{ROOT}/containers/{container.id}/hosts",
        "Name": f"/{container.name}",
        "RestartCount": state.restarts,
        "Driver": "overlay2",
        "Platform": "linux",
        "HostConfig": {
            "Binds": [_bind(one) for one in container.mounts if one.kind != "tmpfs" and not one.anonymous] or None,
            "NetworkMode": settings.network,
            "PortBindings": _bindings(settings.ports),
            "RestartPolicy": {"Name": settings.restart.policy, "MaximumRetryCount": settings.restart.most},
            "AutoRemove": settings.remove,
            "CapAdd": list(settings.capabilities_added) or None,
            "CapDrop": list(settings.capabilities_dropped) or None,
            "ExtraHosts": [f"{name}:{address}" for name, address in settings.hosts] or None,
            "PidMode": settings.pids,
            "Privileged": settings.privileged,
            "PublishAllPorts": settings.publish_all,
            "ReadonlyRootfs": settings.read_only,
            "Memory": settings.memory,
            "NanoCpus": round(settings.cpus * SECOND),
            "PidsLimit": settings.pids_limit or None,
        },
        "GraphDriver": {"Data": _layers(container), "Name": "overlay2"},
        "Mounts": [_mount(one) for one in container.mounts if one.kind != "tmpfs"],
        "Config": {
            "Hostname": settings.hostname or container.short,
            "User": settings.user,
            "ExposedPorts": {port: {} for port in container.exposed},
            "Env": list(container.environment),
            "Cmd": list(settings.command) or None,
            "Image": settings.image,
            "WorkingDir": settings.directory,
            "Entrypoint": list(settings.entrypoint) if settings.entrypoint is not None else None,
            "Labels": dict(settings.labels),
            "StopSignal": settings.stop_signal,
        },
        "NetworkSettings": {
            "IPAddress": _default_address(engine, container),
            "Ports": _ports(container),
            "Networks": {
                engine.networks[number].name: _endpoint(engine.networks[number], endpoint)
                for number, endpoint in sorted(container.endpoints.items())
                if number in engine.networks
            },
        },
    }


def _default_address(engine: Engine, container: Container) -> str:
    """The address in the default bridge: the old place for it, which other networks leave empty."""
    found = (one.address for id, one in container.endpoints.items() if engine.networks[id].name == "bridge")
    return str(next(found, None) or "")


def _state(engine: Engine, container: Container) -> dict[str, Any]:
    state = container.state
    found: dict[str, Any] = {
        "Status": state.status,
        "Running": state.status in ("running", "paused", "restarting"),
        "Paused": state.status == "paused",
        "Restarting": state.status == "restarting",
        "OOMKilled": state.oom_killed,
        "Dead": state.status == "dead",
        "Pid": state.pid,
        "ExitCode": state.exit_code,
        "Error": state.error,
        "StartedAt": timestamp(engine, state.started),
        "FinishedAt": timestamp(engine, state.finished),
    }
    if state.health.status:
        found["Health"] = {
            "Status": state.health.status,
            "FailingStreak": state.health.failing,
            "Log": [
                {
                    "Start": timestamp(engine, probe.started),
                    "End": timestamp(engine, probe.ended),
                    "ExitCode": probe.code,
                    "Output": probe.output,
                }
                for probe in state.health.probes
            ],
        }
    return found


def _layers(container: Container) -> dict[str, str]:
    own = f"{ROOT}/overlay2/{container.id}"
    lower = ":".join(f"{ROOT}/overlay2/l/{n}" for n in range(len(container.files.lowers)))
    return {"LowerDir": lower, "MergedDir": merged(container.id), "UpperDir": f"{own}/diff", "WorkDir": f"{own}/work"}


def _bind(one: Attached) -> str:
    return f"{one.name or one.source}:{one.target}{':ro' * one.read_only}"


def _mount(one: Attached) -> dict[str, Any]:
    named = {"Name": one.name, "Driver": "local"} if one.kind == "volume" else {}
    return {
        "Type": one.kind,
        **named,
        "Source": one.source,
        "Destination": one.target,
        "Mode": "ro" if one.read_only else "",
        "RW": not one.read_only,
        "Propagation": "rprivate" if one.kind == "bind" else "",
    }


def _bindings(ports: Any) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for port in ports:
        line = {"HostIp": port.address, "HostPort": str(port.host or "")}
        found.setdefault(f"{port.container}/{port.protocol}", []).append(line)
    return found


def _ports(container: Container) -> dict[str, Any]:
    if not container.state.running:
        return {}
    return {**dict.fromkeys(container.exposed), **_bindings(container.published)}


def _endpoint(network: Network, endpoint: Endpoint) -> dict[str, Any]:
    there = endpoint.address is not None
    return {
        "Aliases": list(endpoint.aliases) or None,
        "NetworkID": network.id,
        "EndpointID": endpoint.id if there else "",
        "Gateway": str(network.gateway) if there else "",
        "IPAddress": str(endpoint.address) if there else "",
        "IPPrefixLen": network.subnet.prefixlen if there and network.subnet else 0,
        "MacAddress": endpoint.mac,
    }
