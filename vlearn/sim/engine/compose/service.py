"""One service of a Compose file, from its entry to what each of its containers is asked to be."""

from collections.abc import Iterable, Mapping
from posixpath import join, normpath
from shlex import split
from typing import Any, cast

from vlearn.sim.engine.compose.errors import INVALID, ComposeError
from vlearn.sim.engine.compose.interpolation import read_env
from vlearn.sim.engine.compose.networks import places_of
from vlearn.sim.engine.compose.project import CONDITIONS, Build, Condition, Dependency, Service
from vlearn.sim.engine.settings import Health, Mount, Port, Settings
from vlearn.sim.engine.specifications import bytes_of, mount_of, ports_of, restart_of, seconds_of


def service_of(
    name: str,
    entry: Mapping[str, Any],
    project: str,
    variables: Mapping[str, str],
    directory: str,
    files: Mapping[str, str],
) -> Service:
    """A service of its entry. Raises ComposeError in compose's words."""
    at = f"services.{name}"
    build = _build(entry.get("build"))
    if build is None and not entry.get("image"):
        raise ComposeError(f'service "{name}" has neither an image nor a build context specified: {INVALID}')
    if entry.get("network_mode") and entry.get("networks"):
        raise ComposeError(f"service {name} declares mutually exclusive `network_mode` and `networks`: {INVALID}")
    deploy = entry.get("deploy") or {}
    limits = (deploy.get("resources") or {}).get("limits") or {}
    scale = _whole(entry.get("scale", deploy.get("replicas", 1)), f"{at}.scale")
    if entry.get("container_name") and scale > 1:
        raise ComposeError(f"{at}: can't set container_name and {name} as container name must be unique: {INVALID}")
    try:
        settings = Settings(
            entry.get("image") or f"{project}-{name}",
            _words(entry.get("command")) or (),
            entrypoint=_words(entry.get("entrypoint")),
            hostname=entry.get("hostname", ""),
            user=entry.get("user", ""),
            directory=entry.get("working_dir", ""),
            environment=_environment(entry, variables, files, name),
            labels=pairs(entry.get("labels")),
            mounts=_mounts(entry, project, directory, at),
            read_only=switched(entry.get("read_only")),
            ports=_ports(entry.get("ports") or (), at),
            hosts=tuple(one for one in pairs(entry.get("extra_hosts"), marks="=:")),
            restart=restart_of(entry.get("restart") or "no"),
            memory=_bytes(limits.get("memory", entry.get("mem_limit", 0))),
            cpus=float(limits.get("cpus", entry.get("cpus", 0)) or 0),
            pids_limit=max(0, _whole(limits.get("pids", entry.get("pids_limit", 0)), f"{at}.pids_limit")),
            pids=entry.get("pid", ""),
            privileged=switched(entry.get("privileged")),
            capabilities_added=tuple(entry.get("cap_add") or ()),
            capabilities_dropped=tuple(entry.get("cap_drop") or ()),
            health=_health(entry.get("healthcheck")),
            stop_signal=entry.get("stop_signal", ""),
            stop_timeout=int(seconds_of(entry["stop_grace_period"])) if entry.get("stop_grace_period") else None,
        )
    except ComposeError:
        raise
    except ValueError as wrong:
        raise ComposeError(f"{at}: {wrong}") from None
    return Service(
        name,
        settings,
        build,
        tuple(_dependencies(entry.get("depends_on") or (), at)),
        places_of(entry.get("networks"), at) if not entry.get("network_mode") else (),
        scale,
        entry.get("container_name", ""),
        tuple(entry.get("profiles") or ()),
        entry.get("network_mode", ""),
    )


def _build(given: Any) -> Build | None:
    if given is None:
        return None
    if isinstance(given, str):
        return Build(given)
    if given.get("dockerfile") and given.get("dockerfile_inline"):
        raise ComposeError(f"can't define both `dockerfile` and `dockerfile_inline`: {INVALID}")
    return Build(
        given.get("context", "."),
        given.get("dockerfile", "Dockerfile"),
        given.get("dockerfile_inline", ""),
        given.get("target", ""),
        pairs(given.get("args")),
        switched(given.get("no_cache")),
    )


def _words(given: Any) -> tuple[str, ...] | None:
    """A command: a list as it is, a text cut as a shell would cut it."""
    if given is None:
        return None
    try:
        return tuple(split(given)) if isinstance(given, str) else tuple(str(word) for word in given)
    except ValueError:
        raise ComposeError("invalid command line string") from None


def _environment(
    entry: Mapping[str, Any], variables: Mapping[str, str], files: Mapping[str, str], name: str
) -> tuple[str, ...]:
    values: dict[str, str | None] = {}
    paths = entry.get("env_file") or ()
    for path in (paths,) if isinstance(paths, str) else paths:
        if path not in files:
            raise ComposeError(f"env file {path} not found: stat {path}: no such file or directory")
        values |= read_env(files[path])
    given = entry.get("environment") or {}
    if isinstance(given, list):
        for line in given:
            key, equals, value = str(line).partition("=")
            values[key] = value if equals else None
    else:
        values |= {key: None if value is None else scalar(value) for key, value in given.items()}
    found = {key: variables.get(key) if value is None else value for key, value in values.items()}
    return tuple(f"{key}={value}" for key, value in found.items() if value is not None)


def pairs(given: Any, marks: str = "=") -> tuple[tuple[str, str], ...]:
    """`{a: b}` and `["a=b"]` as pairs."""
    if isinstance(given, Mapping):
        return tuple((str(key), scalar(value)) for key, value in given.items())
    found = []
    for line in given or ():
        text = str(line)
        mark = next((mark for mark in marks if mark in text), marks[0])
        key, _, value = text.partition(mark)
        found.append((key, value))
    return tuple(found)


def scalar(value: Any) -> str:
    """A value of YAML as the text that it was."""
    if value is None:
        return ""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _ports(given: Iterable[Any], at: str) -> tuple[Port, ...]:
    found: list[Port] = []
    for number, one in enumerate(given):
        if isinstance(one, Mapping):
            if "target" not in one:
                raise ComposeError(f"{at}.ports.{number} missing property 'target'")
            text = f"{one.get('published', '')}:{one['target']}/{one.get('protocol', 'tcp')}".removeprefix(":")
            found += ports_of(f"{one['host_ip']}:{text}" if one.get("host_ip") else text)
        elif isinstance(one, str | int) and not isinstance(one, bool):
            found += ports_of(str(one))
        else:
            raise ComposeError(f"{at}.ports.{number} must be a mapping, number or string")
    return tuple(found)


def _mounts(entry: Mapping[str, Any], project: str, directory: str, at: str) -> tuple[Mount, ...]:
    """Volumes are still called by their key here; what is above or below the project's directory is made absolute."""
    found = []
    for number, one in enumerate(entry.get("volumes") or ()):
        if isinstance(one, Mapping):
            kind = one.get("type", "volume")
            if kind not in ("volume", "bind", "tmpfs"):
                raise ComposeError(f"vlearn: {at}.volumes.{number}.type {kind} is not modelled")
            if "target" not in one:
                raise ComposeError(f"{at}.volumes.{number} missing property 'target'")
            source = one.get("source", "")
            source = normpath(join(directory, source)) if kind == "bind" else source
            found.append(Mount(kind, source, one["target"], switched(one.get("read_only"))))
        elif isinstance(one, str):
            source, colon, rest = one.partition(":")
            if colon and source.startswith((".", "/", "~")):
                one = f"{normpath(join(directory, source.replace('~', '/root', 1)))}:{rest}"
            found.append(mount_of(one))
        else:
            raise ComposeError(f"{at}.volumes.{number} must be a mapping or string")
    tmpfs = entry.get("tmpfs") or ()
    for one in (tmpfs,) if isinstance(tmpfs, str) else tmpfs:
        target, _, options = str(one).partition(":")
        found.append(Mount("tmpfs", "", target, options=options))
    return tuple(found)


def _health(given: Mapping[str, Any] | None) -> Health | None:
    if given is None:
        return None
    test = given.get("test")
    if switched(given.get("disable")) or test in ("NONE", ["NONE"]):
        return Health(("NONE",))
    if isinstance(test, list) and (not test or test[0] not in ("CMD", "CMD-SHELL", "NONE")):
        raise ComposeError('healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"')
    words = ("CMD-SHELL", test) if isinstance(test, str) else tuple(map(str, test or ()))
    default = Health()

    def seconds(name: str, usual: float) -> float:
        return seconds_of(str(given[name])) if name in given else usual

    return Health(
        words,
        seconds("interval", default.interval),
        seconds("timeout", default.timeout),
        seconds("start_period", default.start_period),
        seconds("start_interval", default.start_interval),
        _whole(given.get("retries", default.retries), "healthcheck.retries"),
    )


def _dependencies(given: Any, at: str) -> Iterable[Dependency]:
    if not isinstance(given, Mapping):
        yield from (Dependency(str(name)) for name in given)
        return
    for name, entry in given.items():
        if not isinstance(entry, Mapping):
            raise ComposeError(f"{at}.depends_on.{name} must be a mapping")
        if "condition" not in entry:
            raise ComposeError(f"{at}.depends_on.{name} missing property 'condition'")
        if entry["condition"] not in CONDITIONS:
            known = "', '".join(CONDITIONS)
            raise ComposeError(f"{at}.depends_on.{name}.condition value must be one of '{known}'")
        if switched(entry.get("restart")):
            raise ComposeError(f"vlearn: {at}.depends_on.{name}.restart is not modelled")
        yield Dependency(name, cast(Condition, entry["condition"]), entry.get("required", True) is not False)


def switched(given: Any) -> bool:
    """Whether a switch is on, as YAML writes it or as a variable brings it."""
    return given is True or given in ("true", "yes", "on", "1")


def _whole(given: Any, at: str) -> int:
    try:
        return int(given or 0)
    except ValueError:
        raise ComposeError(f"{at} must be an integer") from None


def _bytes(given: Any) -> int:
    return bytes_of(str(given)) if given else 0
