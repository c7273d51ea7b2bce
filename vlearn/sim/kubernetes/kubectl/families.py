"""All commands of this kubectl by name, and those that the real one has besides."""

from collections.abc import Mapping

from vlearn.sim.images.dockerfile.suggestion import distance
from vlearn.sim.kubernetes.kubectl import (
    change_commands,
    create_commands,
    delete_command,
    describe_command,
    file_commands,
    get_command,
    log_command,
    look_commands,
    mark_commands,
    node_commands,
    pod_commands,
    rollout_commands,
    service_commands,
    taint_command,
    wait_command,
)
from vlearn.sim.kubernetes.kubectl.command import Command

FAMILIES = (
    change_commands, create_commands, delete_command, describe_command, file_commands, get_command, log_command,
    look_commands, mark_commands, node_commands, pod_commands, rollout_commands,
    service_commands, taint_command, wait_command,
)  # fmt: skip
_COMMANDS: Mapping[str, Command] = {each.name: each for family in FAMILIES for each in family.COMMANDS}
GROUPS = ("create", "rollout", "set", "top")
ABSENT = frozenset(
    (
        "alpha", "attach", "auth", "certificate", "completion", "config", "cp", "debug", "diff", "edit",
        "exec", "explain", "kustomize", "plugin", "port-forward", "proxy", "set env", "set resources", "set selector",
        "set serviceaccount", "set subject", "create role", "create rolebinding", "create clusterrole",
        "create clusterrolebinding", "create ingress", "create token", "cluster-info", "events",
    )
)  # fmt: skip
_OTHER_NAMES = {
    "deploy": "deployment", "ns": "namespace", "cm": "configmap", "cj": "cronjob", "resourcequota": "quota",
    "sa": "serviceaccount", "svc": "service", "pdb": "poddisruptionbudget", "pc": "priorityclass",
}  # fmt: skip


def by_name(name: str) -> Command | None:
    """The command of a name, or of another name of its own."""
    first, _, second = name.partition(" ")
    if first == "create" and second:
        kind, space, rest = second.partition(" ")
        name = f"create {_OTHER_NAMES.get(kind, kind)}{space}{rest}"
    return _COMMANDS.get(name)


def nearest(word: str) -> list[str]:
    """Commands that a word may have been meant for: two letters are wrong at most, or it is the beginning of one."""
    names = sorted({name.split()[0] for name in (*_COMMANDS, *ABSENT)})
    return [name for name in names if distance(word.lower(), name) <= 2 or name.startswith(word.lower())]


def overview(group: str = "") -> str:
    """All commands, or those of a group, a line each."""
    names = sorted(name for name in _COMMANDS if not group or name.startswith(f"{group} "))
    return "".join(
        ("This kubectl speaks to the model's cluster. It knows:\n", *(f"  kubectl {name}\n" for name in names))
    )


def help_of(found: Command) -> str:
    """The options of a command."""
    lines = [f"Usage: kubectl {found.name} [options]\n", "Options:\n"]
    return "".join([*lines, *(f"    {each.title} {each.kind}".rstrip() + "\n" for each in found.flags)])
