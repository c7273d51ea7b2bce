"""What the daemon shows of its objects: logs, changes, and the JSON of `docker inspect`, in Docker's own shape.

The JSON has the fields that the course has a use for, and says nothing that the model does not know.
"""

from typing import Any

from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.find import find_container, find_image, find_network, find_volume, image_ids
from vlearn.sim.engine.inspect_container import inspect_container
from vlearn.sim.engine.looking import changes, files, logs
from vlearn.sim.engine.state import Engine, Network, Volume
from vlearn.sim.engine.timestamps import timestamp
from vlearn.sim.images.oci.documents import EPOCH
from vlearn.sim.images.oci.image import Image
from vlearn.sim.images.reference import reference as parsed

__all__ = [
    "changes",
    "files",
    "inspect",
    "inspect_container",
    "inspect_image",
    "inspect_network",
    "inspect_volume",
    "logs",
    "timestamp",
]


def inspect(engine: Engine, reference: str) -> dict[str, Any]:
    """Whatever has this name: container, image, volume, network, in this order. DaemonError 404."""
    for find, show in (
        (find_container, inspect_container),
        (find_image, inspect_image),
        (find_volume, inspect_volume),
        (find_network, inspect_network),
    ):
        try:
            found: Any = find(engine, reference)
        except DaemonError as missing:
            if missing.status != 404:
                raise
            continue
        return show(engine, found)
    raise DaemonError(f"No such object: {reference}", 404)


def inspect_image(engine: Engine, image: Image) -> dict[str, Any]:
    """GET /images/NAME/json."""
    names = image_ids(engine).get(image.id, ())
    config, configuration = image.configuration.run, image.configuration
    return {
        "Id": image.id,
        "RepoTags": [parsed(name).familiar for name in names],
        "RepoDigests": [
            f"{parsed(name).name.removeprefix('docker.io/library/')}@{image.descriptor.digest}" for name in names
        ],
        "Created": configuration.created or EPOCH,
        "Architecture": configuration.architecture,
        "Os": configuration.os,
        "Size": image.size,
        "Config": {
            "User": config.user,
            "ExposedPorts": dict(config.exposed_ports or {}),
            "Env": list(config.env or ()),
            "Cmd": list(config.cmd or ()) or None,
            "Entrypoint": list(config.entrypoint or ()) or None,
            "Volumes": dict(config.volumes or {}) or None,
            "WorkingDir": config.working_dir,
            "Labels": dict(config.labels or {}) or None,
        },
        "RootFS": {"Type": "layers", "Layers": list(configuration.rootfs.diff_ids)},
    }


def inspect_volume(engine: Engine, volume: Volume) -> dict[str, Any]:
    """GET /volumes/NAME."""
    return {
        "CreatedAt": timestamp(engine, volume.created),
        "Driver": "local",
        "Labels": dict(volume.labels) or None,
        "Mountpoint": volume.path,
        "Name": volume.name,
        "Options": None,
        "Scope": "local",
    }


def inspect_network(engine: Engine, network: Network) -> dict[str, Any]:
    """GET /networks/NAME."""
    inside = {}
    for container in engine.containers.values():
        endpoint = container.endpoints.get(network.id)
        if endpoint and container.state.running:
            address = f"{endpoint.address}/{network.subnet.prefixlen}" if endpoint.address and network.subnet else ""
            inside[container.id] = {
                "Name": container.name,
                "EndpointID": endpoint.id,
                "MacAddress": endpoint.mac,
                "IPv4Address": address,
            }
    ipam = [{"Subnet": str(network.subnet), "Gateway": str(network.gateway)}] if network.subnet else []
    return {
        "Name": network.name,
        "Id": network.id,
        "Created": timestamp(engine, network.created),
        "Scope": "local",
        "Driver": network.driver,
        "IPAM": {"Driver": "default", "Config": ipam},
        "Internal": network.internal,
        "Containers": dict(sorted(inside.items())),
        "Options": {"com.docker.network.bridge.name": network.device} if network.device else {},
        "Labels": dict(network.labels),
    }
