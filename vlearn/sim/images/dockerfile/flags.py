"""The flags of an instruction, such as `--from=build`, against those it knows."""

from vlearn.sim.images.dockerfile.suggestion import suggestion
from vlearn.sim.images.errors import DockerfileError


def read_flags(given: tuple[str, ...], known: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Names and values. A known name that ends in `?` is a switch, one that ends in `*` may be repeated."""
    kinds = {name.rstrip("?*"): name[-1] for name in known}
    read: list[tuple[str, str]] = []
    for flag in given:
        name, equals, value = flag.removeprefix("--").partition("=")
        if name not in kinds:
            raise DockerfileError(f"unknown flag: --{name}{suggestion(name, kinds)}")
        if kinds[name] != "*" and any(name == earlier for earlier, _ in read):
            raise DockerfileError(f"duplicate flag specified: --{name}")
        if kinds[name] == "?":
            if equals and value.lower() not in ("true", "false"):
                wrong = f"expecting boolean value for flag --{name}, not: {value}"
                raise DockerfileError(wrong if value else f"missing a value on flag: --{name}")
            value = value.lower() or "true"
        elif not equals:
            raise DockerfileError(f"missing a value on flag: --{name}")
        read.append((name, value))
    return tuple(read)
