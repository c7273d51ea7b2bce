"""The instructions that change how a container is run and no file: each makes a new configuration.

They leave an entry with `empty_layer` in the history, and no layer.
"""

import re
from collections.abc import Callable
from json import dumps
from posixpath import join, normpath

from msgspec import convert
from msgspec.structs import replace

from vlearn.sim.images.dockerfile.health import health_check
from vlearn.sim.images.dockerfile.instruction import Instruction
from vlearn.sim.images.errors import DockerfileError
from vlearn.sim.images.oci.documents import Config, Health

SHELL = ("/bin/sh", "-c")
Expand = Callable[[str], str]
PORT = re.compile(r"\d{1,5}", re.ASCII)
MOST = 65535


def environment(config: Config) -> dict[str, str]:
    """The variables that ENV has set."""
    return {name: value for name, _, value in (line.partition("=") for line in config.env or ())}


def command(config: Config, instruction: Instruction) -> tuple[str, ...]:
    """The words to execute: those of the exec form, or the shell with the text."""
    if instruction.exec_form or not instruction.arguments:
        return instruction.arguments
    return (*(config.shell or SHELL), instruction.arguments[0])


def _env(config: Config, made: Instruction, expand: Expand) -> tuple[Config, str]:
    # all values see the environment from before the line: `ENV a=1 b=$a` does not give b the new a
    pairs = {expand(name): expand(value or "") for name, value in made.pairs}
    variables = {**environment(config), **pairs}
    return replace(config, env=tuple(f"{name}={value}" for name, value in variables.items())), _pairs(pairs)


def _label(config: Config, made: Instruction, expand: Expand) -> tuple[Config, str]:
    pairs = {expand(name): expand(value or "") for name, value in made.pairs}
    return replace(config, labels={**(config.labels or {}), **pairs}), _pairs(pairs)


def _pairs(pairs: dict[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in pairs.items())


def _cmd(config: Config, made: Instruction, _: Expand) -> tuple[Config, str]:
    return replace(config, cmd=command(config, made)), dumps(command(config, made), ensure_ascii=False)


def _entrypoint(config: Config, made: Instruction, _: Expand) -> tuple[Config, str]:
    return replace(config, entrypoint=command(config, made) or None), dumps(command(config, made), ensure_ascii=False)


def _shell(config: Config, made: Instruction, _: Expand) -> tuple[Config, str]:
    return replace(config, shell=made.arguments), dumps(made.arguments, ensure_ascii=False)


def _user(config: Config, made: Instruction, expand: Expand) -> tuple[Config, str]:
    return replace(config, user=expand(made.arguments[0])), expand(made.arguments[0])


def _workdir(config: Config, made: Instruction, expand: Expand) -> tuple[Config, str]:
    path = normpath(join("/", config.working_dir, expand(made.arguments[0]))).replace("//", "/")
    return replace(config, working_dir=path), path


def _stop_signal(config: Config, made: Instruction, expand: Expand) -> tuple[Config, str]:
    return replace(config, stop_signal=expand(made.arguments[0])), expand(made.arguments[0])


def _volume(config: Config, made: Instruction, expand: Expand) -> tuple[Config, str]:
    paths = [expand(path) for path in made.arguments]
    if not all(path.strip() for path in paths):
        raise DockerfileError("VOLUME specified can not be an empty string")
    return replace(config, volumes={**(config.volumes or {}), **{path: {} for path in paths}}), f"[{' '.join(paths)}]"


def _expose(config: Config, made: Instruction, expand: Expand) -> tuple[Config, str]:
    ports = [port for text in sorted(made.arguments) for word in expand(text).split() for port in ports_of(word)]
    exposed = {**(config.exposed_ports or {}), **{port: {} for port in ports}}
    return replace(config, exposed_ports=exposed), f"[{' '.join(ports)}]"


def ports_of(text: str) -> tuple[str, ...]:
    """`80`, `53/udp` or `8000-8002` as `80/tcp` and so on. Raises DockerfileError in BuildKit's words."""
    port, _, protocol = text.rpartition(":")[2].partition("/")
    if not port:
        raise DockerfileError(f"no port specified: {text}<empty>")
    if protocol.lower() not in ("", "tcp", "udp", "sctp"):
        raise DockerfileError(f"invalid proto: {protocol.lower()}")
    low, _, high = port.partition("-")
    ends = [int(end) if PORT.fullmatch(end) else MOST + 1 for end in (low, high if "-" in port else low)]
    if max(ends) > MOST or ends[0] > ends[1]:
        raise DockerfileError(f"invalid containerPort: {port}")
    return tuple(f"{n}/{protocol.lower() or 'tcp'}" for n in range(ends[0], ends[1] + 1))


def _health(config: Config, made: Instruction, _: Expand) -> tuple[Config, str]:
    check = health_check(made)
    return replace(config, healthcheck=convert(check, Health)), dumps(check, ensure_ascii=False)


def _onbuild(config: Config, made: Instruction, _: Expand) -> tuple[Config, str]:
    trigger = made.text.split(None, 1)[1]
    return replace(config, on_build=(*(config.on_build or ()), trigger)), trigger


def _maintainer(config: Config, made: Instruction, _: Expand) -> tuple[Config, str]:
    return config, made.arguments[0]


SETTINGS: dict[str, Callable[[Config, Instruction, Expand], tuple[Config, str]]] = {
    "CMD": _cmd,
    "ENTRYPOINT": _entrypoint,
    "ENV": _env,
    "EXPOSE": _expose,
    "HEALTHCHECK": _health,
    "LABEL": _label,
    "MAINTAINER": _maintainer,
    "ONBUILD": _onbuild,
    "SHELL": _shell,
    "STOPSIGNAL": _stop_signal,
    "USER": _user,
    "VOLUME": _volume,
    "WORKDIR": _workdir,
}
"""For each instruction the configuration after it and, for the history, its arguments as they were understood."""
