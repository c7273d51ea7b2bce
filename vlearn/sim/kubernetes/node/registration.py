"""The Node object that a kubelet registers, and how it keeps that up to date.

Source: pkg/kubelet/nodestatus and pkg/kubelet/kubelet_node_status.go. All but the
memory below the eviction threshold is allocatable, as where no administrator keeps more for the system.
"""

from collections.abc import Mapping
from hashlib import blake2b
from ipaddress import IPv4Network
from typing import Any

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.quantity import Quantity, parse_quantity

VERSION = "v1.32.2"
MEMORY_THRESHOLD = parse_quantity("100Mi")
POSTING = "kubelet is posting ready status"

CONDITIONS: Mapping[tuple[str, bool], tuple[str, str]] = {
    ("MemoryPressure", False): ("KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("MemoryPressure", True): ("KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
    ("DiskPressure", False): ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("DiskPressure", True): ("KubeletHasDiskPressure", "kubelet has disk pressure"),
    ("PIDPressure", False): ("KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("PIDPressure", True): ("KubeletHasInsufficientPID", "kubelet has insufficient PID available"),
    ("Ready", True): ("KubeletReady", POSTING),
}
"""Type and whether it holds: reason and message."""


def node_object(
    name: str,
    now: float,
    cpu: str = "4",
    memory: str = "8Gi",
    storage: str = "100Gi",
    pods: int = 110,
    address: str = "172.18.0.2",
    pod_cidr: str = "",
    zone: str = "",
    region: str = "",
    labels: Mapping[str, str] | None = None,
    version: str = VERSION,
    is_control_plane: bool = False,
) -> dict[str, Any]:
    """A node that is ready. Amounts are quantities, `now` when it became so; raises Refused for a malformed one."""
    capacity = {"cpu": cpu, "ephemeral-storage": storage, "memory": memory, "pods": str(pods)}
    left = max(parse_quantity(memory) - MEMORY_THRESHOLD, Quantity(0))
    topology = {"topology.kubernetes.io/zone": zone, "topology.kubernetes.io/region": region}
    role = {"node-role.kubernetes.io/control-plane": ""} if is_control_plane else {}
    taint = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                "beta.kubernetes.io/arch": "amd64",
                "beta.kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                **{key: value for key, value in topology.items() if value},
                **role,
                **(labels or {}),
            },
        },
        "spec": {
            **({"podCIDR": pod_cidr, "podCIDRs": [pod_cidr]} if pod_cidr else {}),
            **({"taints": [taint]} if is_control_plane else {}),
        },
        "status": {
            "capacity": capacity,
            "allocatable": {**capacity, "memory": str(left)},
            "conditions": node_conditions((), now),
            "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": _info(name, version),
        },
    }


def node_conditions(
    before: tuple[Mapping[str, Any], ...] | list[Mapping[str, Any]], now: float, pressures: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """The conditions that a kubelet writes now, after those that the node had; `pressures` are the types that hold."""
    known = {each["type"]: each for each in before}
    moment = timestamp(now)
    found = [each for each in before if each["type"] not in ("MemoryPressure", "DiskPressure", "PIDPressure", "Ready")]
    new = [dict(each) for each in found]
    for type in ("MemoryPressure", "DiskPressure", "PIDPressure", "Ready"):
        holds = type in pressures or type == "Ready"
        reason, message = CONDITIONS[type, holds]
        status = "True" if holds else "False"
        old = known.get(type)
        since = old["lastTransitionTime"] if old is not None and old["status"] == status else moment
        new.append(
            {
                "type": type,
                "status": status,
                "lastHeartbeatTime": moment,
                "lastTransitionTime": since,
                "reason": reason,
                "message": message,
            }
        )
    return new


def pod_cidr(number: int) -> str:
    """The range of addresses that the cluster gives its node of this number from 0: 10.244.0.0/24 is the first.

    After 10.255 it goes on at 10.224. Raises ModelError for a number that is not from 0 to 8191.
    """
    if not 0 <= number < 8192:
        raise ModelError(f"a cluster has nodes 0 to 8191 in 10.224.0.0/11, not {number}")
    second = 244 + number // 256
    return str(IPv4Network(f"10.{second if second < 256 else second - 32}.{number % 256}.0/24"))


def node_address(number: int) -> str:
    """The address of the cluster's node of this number from 0: 172.18.0.2 is the first. Raises ModelError."""
    pod_cidr(number)
    return f"172.18.{(number + 2) // 256}.{(number + 2) % 256}"


def _info(name: str, version: str) -> dict[str, str]:
    id = blake2b(name.encode(), digest_size=16).hexdigest()
    return {
        "architecture": "amd64",
        "bootID": id[::-1],
        "containerRuntimeVersion": "containerd://1.7.24",
        "kernelVersion": "6.1.0-28-amd64",
        "kubeProxyVersion": version,
        "kubeletVersion": version,
        "machineID": id,
        "operatingSystem": "linux",
        "osImage": "Debian GNU/Linux 12 (bookworm)",
        "systemUUID": f"{id[:8]}-{id[8:12]}-{id[12:16]}-{id[16:20]}-{id[20:]}",
    }
