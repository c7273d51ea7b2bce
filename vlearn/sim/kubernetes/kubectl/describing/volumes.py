"""Volumes, topology spread constraints and tolerations, of a pod or of a template for pods, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.kubectl.describing.common import (
    NONE,
    UNSET,
    Lines,
    selector,
)

Part = Mapping[str, Any]


def volumes(found: Sequence[Part], indent: str = "") -> Lines:
    """Volumes with their sources."""
    if not found:
        yield f"{indent}Volumes:\t{NONE}"
        return
    yield f"{indent}Volumes:"
    for each in found:
        yield f"  {indent[:1]}{each['name']}:"
        yield from (f"    {line}" for line in _volume(each))


def _volume(volume: Part) -> Lines:
    name = next((name for name in volume if name != "name"), "")
    source = volume.get(name) or {}
    optional = str(bool(source.get("optional"))).lower()
    match name:
        case "emptyDir":
            yield "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)"
            yield f"Medium:\t{source.get('medium', '')}"
            yield f"SizeLimit:\t{source.get('sizeLimit') or UNSET}"
        case "hostPath":
            yield "Type:\tHostPath (bare host directory volume)"
            yield f"Path:\t{source.get('path', '')}"
            yield f"HostPathType:\t{NONE if source.get('type') is None else source['type']}"
        case "configMap":
            yield "Type:\tConfigMap (a volume populated by a ConfigMap)"
            yield f"Name:\t{source.get('name', '')}"
            yield f"Optional:\t{optional}"
        case "secret":
            yield "Type:\tSecret (a volume populated by a Secret)"
            yield f"SecretName:\t{source.get('secretName', '')}"
            yield f"Optional:\t{optional}"
        case "persistentVolumeClaim":
            yield "Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)"
            yield f"ClaimName:\t{source.get('claimName', '')}"
            yield f"ReadOnly:\t{str(bool(source.get('readOnly'))).lower()}"
        case _:
            yield f"Type:\t{name}"


def spreads(found: Sequence[Part], indent: str = "") -> Lines:
    """Topology spread constraints."""
    for n, each in enumerate(sorted(found, key=lambda each: str(each["topologyKey"]))):
        title = f"{indent}Topology Spread Constraints:" if not n else indent
        words = f"{each['topologyKey']}:{each['whenUnsatisfiable']} when max skew {each['maxSkew']} is exceeded"
        chosen = each.get("labelSelector")
        yield f"{title}\t{words}{f' for selector {selector(chosen)}' if chosen else ''}"


def tolerations(title: str, found: Sequence[Part]) -> Lines:
    """Tolerations, by key."""
    shown = [_toleration(each) for each in sorted(found, key=lambda each: str(each.get("key", "")))]
    yield f"{title}:\t{shown[0] if shown else NONE}"
    yield from (f"\t{each}" for each in shown[1:])


def _toleration(each: Part) -> str:
    key, value, effect = (each.get(name) or "" for name in ("key", "value", "effect"))
    text = key + (f"={value}" if value else "") + (f":{effect}" if effect else "")
    if each.get("operator") == "Exists" and not value:
        text += " op=Exists" if text else "op=Exists"
    seconds = each.get("tolerationSeconds")
    return text if seconds is None else f"{text} for {seconds}s"
