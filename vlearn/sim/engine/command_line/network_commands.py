"""Commands about networks and volumes."""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.engine import actions
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.command_line.errors import ClientError, NotModelled
from vlearn.sim.engine.command_line.invocation import Handler, Invocation
from vlearn.sim.engine.command_line.listing import TRUE, Layout, filters, has_label
from vlearn.sim.engine.command_line.quantities import decimal_size
from vlearn.sim.engine.command_line.run_options import labels
from vlearn.sim.engine.inspection import timestamp
from vlearn.sim.engine.objects import PREDEFINED
from vlearn.sim.engine.state import Engine, Network

NETWORKS = Layout(
    {
        "ID": "NETWORK ID", "Name": "NAME", "Driver": "DRIVER", "Scope": "SCOPE", "IPv4": "IPV4", "IPv6": "IPV6",
        "Internal": "INTERNAL", "Labels": "LABELS", "CreatedAt": "CREATED AT",
    },
    "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}",
    "*network.networkContext",
)  # fmt: skip
VOLUMES = Layout(
    {
        "Driver": "DRIVER", "Name": "VOLUME NAME", "Labels": "LABELS", "Mountpoint": "MOUNTPOINT", "Scope": "SCOPE",
        "Links": "LINKS", "Size": "SIZE",
    },
    "{{.Driver}}\t{{.Name}}",
    "*formatter.volumeContext",
)  # fmt: skip


def create_network(call: Invocation) -> None:
    """`docker network create`."""
    given = call.given
    subnets, gateways = given.texts("subnet"), given.texts("gateway")
    if len(subnets) > 1:
        raise NotModelled("more than one --subnet")
    call.to.out(
        call.ask(
            actions.CreateNetwork(
                call.arguments[0],
                given.text("driver", "bridge"),
                subnets[0] if subnets else "",
                gateways[0] if gateways else "",
                given.has("internal"),
                labels(given),
            )
        )
    )


def networks(call: Invocation) -> None:
    """`docker network ls`, by name."""
    engine, given = call.engine, call.given
    wanted = filters(given.texts("filter"), ("dangling", "driver", "id", "label", "name", "scope", "type"))
    found = sorted(engine.networks.values(), key=lambda one: one.name)
    rows = [
        {
            "ID": one.id if given.has("no-trunc") else one.id[:12],
            "Name": one.name,
            "Driver": one.driver,
            "Scope": "local",
            "IPv4": "true",
            "IPv6": "false",
            "Internal": "true" if one.internal else "false",
            "Labels": ",".join(f"{name}={value}" for name, value in one.labels),
            "CreatedAt": timestamp(engine, one.created),
        }
        for one in found
        if all(any(_passes(engine, one, name, value) for value in values) for name, values in wanted.items())
    ]
    call.to.raw(NETWORKS.show(rows, given.text("format"), "{{.ID}}" if given.has("quiet") else ""))


def _passes(engine: Engine, network: Network, name: str, value: str) -> bool:
    """Whether a network is what `--filter NAME=VALUE` asks for."""
    built_in = network.name in PREDEFINED
    match name:
        case "name":
            return value in network.name
        case "id":
            return network.id.startswith(value)
        case "driver":
            return network.driver == value
        case "scope":
            return value == "local"
        case "type":
            return built_in == (value == "builtin")
        case "label":
            return has_label(dict(network.labels), value)
        case _:
            used = any(network.id in one.endpoints for one in engine.containers.values())
            return (value in TRUE) == (not built_in and not used)


def remove_network(call: Invocation) -> None:
    """`docker network rm`."""
    for name in call.arguments:
        try:
            call.ask(actions.RemoveNetwork(name))
        except DaemonError as error:
            if call.given.has("force") and error.status == 404:
                continue
            call.to.err(str(error), code=1)
        else:
            call.to.out(name)
    if call.to.code:
        call.to.err("exit status 1")  # what the client makes of an error without words of its own


def connect(call: Invocation) -> None:
    """`docker network connect`."""
    network, container = call.arguments
    call.ask(actions.Connect(network, container, call.given.texts("alias"), call.given.text("ip")))


def disconnect(call: Invocation) -> None:
    """`docker network disconnect`."""
    network, container = call.arguments
    call.ask(actions.Disconnect(network, container, call.given.has("force")))


def prune_networks(call: Invocation) -> None:
    """`docker network prune`."""
    if gone := call.ask(actions.Prune("network")):
        call.to.out("Deleted Networks:", *gone, "")


def create_volume(call: Invocation) -> None:
    """`docker volume create`."""
    if call.given.text("driver", "local") != "local":
        driver = call.given.text("driver")
        raise ClientError(
            f"Error response from daemon: create {' '.join(call.arguments)}: error looking up volume plugin {driver}: "
            f'plugin "{driver}" not found'
        )
    call.to.out(call.ask(actions.CreateVolume(call.arguments[0] if call.arguments else "", labels(call.given))))


def volumes(call: Invocation) -> None:
    """`docker volume ls`, by name."""
    engine, given = call.engine, call.given
    wanted = filters(given.texts("filter"), ("dangling", "driver", "label", "name"))
    used = {mount.name for one in engine.containers.values() for mount in one.mounts}
    rows: list[dict[str, Any]] = []
    for volume in sorted(engine.volumes.values(), key=lambda one: one.name):
        names = dict(volume.labels)
        if "dangling" in wanted and (wanted["dangling"][-1] in TRUE) == (volume.name in used):
            continue
        if "name" in wanted and not any(value in volume.name for value in wanted["name"]):
            continue
        if "driver" in wanted and "local" not in wanted["driver"]:
            continue
        if "label" in wanted and not all(has_label(names, value) for value in wanted["label"]):
            continue
        rows.append(
            {
                "Driver": "local",
                "Name": volume.name,
                "Labels": ",".join(f"{name}={value}" for name, value in volume.labels),
                "Mountpoint": volume.path,
                "Scope": "local",
                "Links": "N/A",
                "Size": "N/A",
            }
        )
    call.to.raw(VOLUMES.show(rows, given.text("format"), "{{.Name}}" if given.has("quiet") else ""))


def remove_volume(call: Invocation) -> None:
    """`docker volume rm`."""
    force = call.given.has("force")
    call.each(call.arguments, lambda name: call.ask(actions.RemoveVolume(name, force)))


def prune_volumes(call: Invocation) -> None:
    """`docker volume prune`."""
    sizes = {name: call.place.size(volume.path) for name, volume in call.engine.volumes.items()}
    if gone := call.ask(actions.Prune("volume", call.given.has("all"))):
        call.to.out("Deleted Volumes:", *gone, "")
    call.to.out(f"Total reclaimed space: {decimal_size(sum(sizes[name] for name in gone), 4)}")


HANDLERS: Mapping[str, Handler] = {
    "network create": create_network, "network ls": networks, "network rm": remove_network, "network connect": connect,
    "network disconnect": disconnect, "network prune": prune_networks, "volume create": create_volume,
    "volume ls": volumes, "volume rm": remove_volume, "volume prune": prune_volumes,
}  # fmt: skip
