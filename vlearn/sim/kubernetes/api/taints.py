"""Taints on nodes, and the tolerations of pods. Source: k8s.io/api/core/v1, and the concept page on taints."""

from collections.abc import Collection, Iterable, Mapping

Taint = Mapping[str, str]
Toleration = Mapping[str, str]

REFUSING = ("NoSchedule", "NoExecute")
"""The effects that keep a pod off a node; PreferNoSchedule does not."""


def tolerates(toleration: Toleration, taint: Taint) -> bool:
    """Whether this toleration covers this taint: without an effect it covers all effects, without a key all keys."""
    effect, key = toleration.get("effect"), toleration.get("key")
    if (effect and effect != taint.get("effect")) or (key and key != taint["key"]):
        return False
    match toleration.get("operator") or "Equal":
        case "Equal":
            # Without a key, Equal compares the values alone; validation refuses such tolerations.
            return (toleration.get("value") or "") == (taint.get("value") or "")
        case "Exists":
            return True
    return False


def untolerated(
    taints: Iterable[Taint], tolerations: Collection[Toleration], effects: Collection[str] = REFUSING
) -> list[Taint]:
    """The taints of these effects that no toleration covers."""
    found = [taint for taint in taints if taint.get("effect") in effects]
    if not (found and tolerations):
        return found
    return [taint for taint in found if not any(tolerates(each, taint) for each in tolerations)]


def same_taint(one: Taint, other: Taint) -> bool:
    """Whether two taints are the same to a node, which has one of a key and effect whatever their values."""
    return one["key"] == other["key"] and one.get("effect") == other.get("effect")


def taint_text(taint: Taint) -> str:
    """As kubectl writes it: key=value:effect."""
    value = f"={taint['value']}" if taint.get("value") else ""
    effect = f":{taint['effect']}" if taint.get("effect") else ""
    return f"{taint['key']}{value}{effect}"
