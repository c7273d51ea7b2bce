"""What a client asks of images, volumes and networks."""

from collections.abc import Generator
from dataclasses import replace
from ipaddress import IPv4Address

from vlearn.sim.engine import actions, bridges, images, ports, transfers, volumes
from vlearn.sim.engine.answers import DaemonError, Reply
from vlearn.sim.engine.container import Endpoint
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.find import find_network, find_volume
from vlearn.sim.engine.state import Engine, Network
from vlearn.trace import Step

Service = Generator[Step[Engine], None, Reply]
PREDEFINED = ("bridge", "host", "none")


def pull(daemon: Daemon, action: actions.Pull) -> Service:
    """POST /images/create."""
    name = yield from transfers.pull(daemon, action.name)
    return Reply("pull", name, (name,), name)


def push(daemon: Daemon, action: actions.Push) -> Service:
    """POST /images/NAME/push."""
    name = yield from transfers.push(daemon, action.name)
    return Reply("push", name, (name,), name)


def tag(daemon: Daemon, action: actions.Tag) -> Service:
    """POST /images/NAME/tag."""
    name = images.tag(daemon, action.source, action.target)
    yield daemon.step("tagged", f"{name} stands for the image of {action.source}", name)
    return Reply("tag", name, (name,), name, status=201)


def remove_image(daemon: Daemon, action: actions.RemoveImage) -> Service:
    """DELETE /images/NAME."""
    done = yield from images.remove_image(daemon, action.reference, action.force)
    return Reply("rmi", "; ".join(f"{what}: {name}" for what, name in done), (), done)


def commit(daemon: Daemon, action: actions.Commit) -> Service:
    """POST /commit."""
    id = yield from images.commit(daemon, daemon.container(action.reference), action.tag, action.message)
    return Reply("commit", id, (id,), id, status=201)


def create_volume(daemon: Daemon, action: actions.CreateVolume) -> Service:
    """POST /volumes/create."""
    volume = volumes.make_volume(daemon, action.name, action.labels)
    yield daemon.step("volume", f"volume {volume.name} is the directory {volume.path}", volume.name)
    return Reply("volume", volume.name, (volume.name,), volume.name, status=201)


def remove_volume(daemon: Daemon, action: actions.RemoveVolume) -> Service:
    """DELETE /volumes/NAME; forced, it is no fault if there is none."""
    if action.force and action.name not in daemon.engine.volumes:
        return Reply("volume-rm", action.name, (), status=204)
    volumes.drop_volume(daemon, find_volume(daemon.engine, action.name).name)
    yield daemon.step("volume-removed", f"volume {action.name} is gone, with its files", action.name)
    return Reply("volume-rm", action.name, (), status=204)


def create_network(daemon: Daemon, action: actions.CreateNetwork) -> Service:
    """POST /networks/create."""
    if action.name in PREDEFINED or any(one.name == action.name for one in daemon.engine.networks.values()):
        if action.name in PREDEFINED:
            raise DaemonError(f"operation is not permitted on predefined {action.name} network ", 403)
        raise DaemonError(f"network with name {action.name} already exists", 409)
    if action.driver != "bridge":
        raise DaemonError(f"could not find plugin {action.driver} in v1 plugin registry: plugin not found", 404)
    if not action.name.strip():
        raise DaemonError("invalid network name: name is empty", 400)
    id = daemon.new_id()
    subnet = bridges.choose_subnet(daemon.engine, action.subnet)
    gateway = IPv4Address(action.gateway) if action.gateway else subnet.network_address + 1
    if gateway not in subnet:
        raise DaemonError(f"invalid network config:\ninvalid gateway {gateway}: parent subnet is {subnet}", 400)
    network = Network(
        id, action.name, "bridge", daemon.now, subnet, gateway, f"br-{id[:12]}", action.internal, action.labels
    )
    bridges.make_bridge(daemon, network)
    daemon.engine = replace(daemon.engine, networks=daemon.engine.networks.set(id, network))
    daemon.happened("network", "create", id, name=action.name, type="bridge")
    yield daemon.step("network", f"network {action.name}: bridge {network.device}, {subnet}, gateway {gateway}", id)
    return Reply("network", id, (id,), id, status=201)


def remove_network(daemon: Daemon, action: actions.RemoveNetwork) -> Service:
    """DELETE /networks/NAME: not while a container that runs is in it."""
    network = find_network(daemon.engine, action.reference)
    drop_network(daemon, network)
    yield daemon.step("network-removed", f"network {network.name} and its bridge {network.device} are gone", network.id)
    return Reply("network-rm", network.name, (network.id,), status=204)


def drop_network(daemon: Daemon, network: Network) -> None:
    """The network and its bridge are gone. DaemonError 403."""
    if network.name in PREDEFINED:
        raise DaemonError(f"{network.name} is a pre-defined network and cannot be removed", 403)
    inside = [
        f'name:"{container.name}" id:"{container.short}"' for container, _ in bridges.members(daemon.engine, network.id)
    ]
    if inside:
        text = (
            f"error while removing network: network {network.name} has active endpoints ({', '.join(sorted(inside))})"
        )
        raise DaemonError(text, 403)
    bridges.remove_bridge(daemon, network)
    daemon.engine = replace(daemon.engine, networks=daemon.engine.networks.delete(network.id))
    daemon.happened("network", "destroy", network.id, name=network.name, type="bridge")


def connect(daemon: Daemon, action: actions.Connect) -> Service:
    """POST /networks/NAME/connect: a container that runs gets one more interface at once."""
    network = find_network(daemon.engine, action.network)
    container = daemon.container(action.container)
    if network.driver != "bridge":
        raise DaemonError(f"container cannot be connected to {network.name} network", 403)
    if not container.endpoints or any(
        daemon.engine.networks[one].driver == "host" for one in container.endpoints if one in daemon.engine.networks
    ):
        shares = "container sharing network namespace with another container or host"
        raise DaemonError(f"{shares} cannot be connected to any other network", 403)
    if network.id in container.endpoints:
        raise DaemonError(f"endpoint with name {container.name} already exists in network {network.name}", 403)
    endpoint = Endpoint(network.id, daemon.new_id(), action.aliases, action.address)
    container = daemon.set(container.id, endpoints=container.endpoints.set(network.id, endpoint))
    if container.state.running:
        try:
            container = bridges.plug(daemon, container, network, container.state.pid)
        except DaemonError:
            daemon.set(container.id, endpoints=container.endpoints.delete(network.id))
            raise
    daemon.happened("network", "connect", network.id, container=container.id, name=network.name, type="bridge")
    yield daemon.step("connected", f"{container.name} is in network {network.name}", container.id, network.id)
    return Reply("connect", network.name, (container.id, network.id))


def disconnect(daemon: Daemon, action: actions.Disconnect) -> Service:
    """POST /networks/NAME/disconnect."""
    network = find_network(daemon.engine, action.network)
    container = daemon.container(action.container)
    if network.id not in container.endpoints:
        raise DaemonError(f"container {container.id} is not connected to network {network.name}", 403)
    if network.driver != "bridge":
        raise DaemonError("container cannot be disconnected from host network or connected to host network", 403)
    published = bool(container.published)
    if container.endpoints[network.id].address:
        container = bridges.unplug(daemon, ports.withdraw(daemon, container), network)
    container = daemon.set(container.id, endpoints=container.endpoints.delete(network.id))
    left = [one for one, endpoint in container.endpoints.items() if endpoint.address]
    if published and left:  # another interface carries the published ports from now on
        ports.publish(daemon, container, daemon.engine.networks[left[0]])
    daemon.happened("network", "disconnect", network.id, container=container.id, name=network.name, type="bridge")
    yield daemon.step(
        "disconnected", f"{container.name} is no more in network {network.name}", container.id, network.id
    )
    return Reply("disconnect", network.name, (container.id, network.id))
