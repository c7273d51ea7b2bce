"""What may stand where in a Compose file: a table of keys and types, checked before anything is made of them."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from vlearn.sim.engine.compose.errors import ComposeError

Kinds: TypeAlias = "tuple[str, ...] | Mapping[str, Any]"
TEXT, NUMBER, SWITCH, LIST, MAPPING = ("string",), ("number", "string"), ("boolean", "string"), ("array",), ("object",)
PAIRS, WORDS, TEXTS = ("array", "object"), ("array", "null", "string"), ("array", "string")

BUILD = {
    "context": TEXT, "dockerfile": TEXT, "dockerfile_inline": TEXT, "args": PAIRS, "target": TEXT, "no_cache": SWITCH,
}  # fmt: skip
HEALTH = {
    "test": TEXTS, "interval": TEXT, "timeout": TEXT, "retries": NUMBER, "start_period": TEXT, "start_interval": TEXT,
    "disable": SWITCH,
}  # fmt: skip
LIMITS = {"cpus": NUMBER, "memory": TEXT, "pids": NUMBER}
DEPLOY = {"replicas": NUMBER, "resources": {"limits": LIMITS}}
SERVICE: Mapping[str, Kinds] = {
    "image": TEXT, "build": ("string", "object"), "command": WORDS, "entrypoint": WORDS, "environment": PAIRS,
    "env_file": TEXTS, "ports": LIST, "expose": LIST, "volumes": LIST, "tmpfs": TEXTS, "networks": PAIRS,
    "network_mode": TEXT, "depends_on": PAIRS, "healthcheck": HEALTH, "restart": TEXT, "deploy": DEPLOY,
    "scale": NUMBER, "container_name": TEXT, "hostname": TEXT, "user": TEXT, "working_dir": TEXT, "labels": PAIRS,
    "cap_add": LIST, "cap_drop": LIST, "privileged": SWITCH, "read_only": SWITCH, "mem_limit": NUMBER, "cpus": NUMBER,
    "pids_limit": NUMBER, "stop_signal": TEXT, "stop_grace_period": TEXT, "extra_hosts": PAIRS, "pid": TEXT,
    "profiles": LIST, "tty": SWITCH, "stdin_open": SWITCH,
}  # fmt: skip
NETWORK: Mapping[str, Kinds] = {
    "name": TEXT, "driver": TEXT, "internal": SWITCH, "external": SWITCH, "labels": PAIRS, "ipam": ("object",),
}  # fmt: skip
VOLUME: Mapping[str, Kinds] = {"name": TEXT, "driver": TEXT, "external": SWITCH, "labels": PAIRS}
ROOT: Mapping[str, Kinds] = {
    "version": TEXT, "name": TEXT, "services": MAPPING, "networks": MAPPING, "volumes": MAPPING,
}  # fmt: skip

ELSEWHERE = {
    "": "configs include models secrets",
    "services": (
        "annotations attach blkio_config cgroup cgroup_parent configs cpu_count cpu_percent cpu_period "
        "cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpuset credential_spec develop device_cgroup_rules "
        "devices dns dns_opt dns_search domainname extends external_links gpus group_add init ipc isolation "
        "platform pull_policy "
        "label_file links logging mac_address mem_reservation mem_swappiness memswap_limit models "
        "oom_kill_disable oom_score_adj post_start pre_stop provider runtime secrets security_opt shm_size "
        "storage_opt sysctls ulimits use_api_socket userns_mode uts volumes_from"
    ),
    "build": (
        "additional_contexts cache_from cache_to entitlements extra_hosts isolation labels network platforms "
        "privileged provenance pull sbom secrets shm_size ssh tags ulimits"
    ),
    "deploy": "endpoint_mode labels mode placement restart_policy rollback_config update_config",
    "networks": "attachable driver_opts enable_ipv4 enable_ipv6",
    "volumes": "driver_opts",
}
"""Keys that the Compose specification has and the model has not."""
SPOKEN = {"object": "mapping"}


def check(document: Any) -> None:
    """Raises ComposeError in compose's words for the first key or type that is wrong."""
    if document is None:
        raise ComposeError("empty compose file")
    _mapping(document, ROOT, "", "")
    for section, table in (("services", SERVICE), ("networks", NETWORK), ("volumes", VOLUME)):
        for name, entry in (document.get(section) or {}).items():
            where = f"{section}.{name}"
            if not isinstance(name, str):
                raise ComposeError(f"non-string key in {section}: {name}")
            if entry is None and section != "services":
                continue
            _mapping(entry, table, where, section)
            if section == "services" and isinstance(entry.get("build"), dict):
                _mapping(entry["build"], BUILD, f"{where}.build", "build")
    if not document.get("services"):
        raise ComposeError("no service selected")


def _mapping(value: Any, table: Mapping[str, Kinds], where: str, section: str) -> None:
    if not isinstance(value, dict):
        raise ComposeError(f"{where or 'top-level object'} must be a mapping")
    known_elsewhere = ELSEWHERE.get(section, "").split()
    for key, one in value.items():
        if str(key).startswith("x-"):
            continue
        at = f"{where}.{key}".lstrip(".")
        if key not in table:
            if key in known_elsewhere:
                raise ComposeError(f"vlearn: {at} is not modelled")
            raise ComposeError(f"{where} additional properties '{key}' not allowed".lstrip())
        kinds = table[key]
        if isinstance(kinds, Mapping):
            _mapping(one, kinds, at, str(key))
        elif not _is(one, kinds) and not (one is None and not where):
            raise ComposeError(f"{at} must be a {_spoken(kinds)}")


def _is(value: Any, kinds: tuple[str, ...]) -> bool:
    if isinstance(value, bool):
        return "boolean" in kinds
    for type, name in ((str, "string"), (int | float, "number"), (list, "array"), (dict, "object")):
        if isinstance(value, type):
            return name in kinds
    return value is None and "null" in kinds


def _spoken(kinds: tuple[str, ...]) -> str:
    *some, last = sorted(SPOKEN.get(kind, kind) for kind in kinds)
    return f"{', '.join(some)} or {last}" if some else last
