"""From the options of `docker run` and `docker create` to Settings, with the checks that the client makes itself."""

from vlearn.sim.engine.command_line.errors import ClientError, NotModelled
from vlearn.sim.engine.command_line.flags import Given
from vlearn.sim.engine.command_line.place import Place
from vlearn.sim.engine.settings import Health, Mount, Settings
from vlearn.sim.engine.specifications import mount_of, mount_option, ports_of, restart_of
from vlearn.sim.images.errors import InvalidReference
from vlearn.sim.images.reference import reference

PULLS = ("always", "missing", "never")
HEALTH = (
    "health-cmd",
    "health-interval",
    "health-retries",
    "health-start-interval",
    "health-start-period",
    "health-timeout",
)


def settings_of(given: Given, place: Place) -> Settings:
    """What is asked for. Raises ClientError in docker's words, NotModelled for what the model cannot."""
    image, *command = given.arguments
    networks = given.texts("network")
    if len(networks) > 1:
        raise NotModelled("more than one --network (connect the others afterwards)")
    if given.has("rm") and given.text("restart", "no") not in ("no", ""):
        raise ClientError("conflicting options: cannot specify both --restart and --rm")
    if given.text("pull", "missing") not in PULLS:
        raise ClientError(f"""invalid pull option: '{given["pull"]}': must be one of "always", "missing" or "never\"""")
    checked_name(image)
    entrypoint = given["entrypoint"]
    return Settings(
        image,
        tuple(command),
        name=given.text("name"),
        entrypoint=None if entrypoint is None else (entrypoint,),
        hostname=given.text("hostname"),
        user=given.text("user"),
        directory=given.text("workdir"),
        environment=environment(given, place),
        labels=labels(given),
        mounts=mounts(given, place),
        read_only=given.has("read-only"),
        network=networks[0] if networks else "bridge",
        aliases=given.texts("network-alias"),
        address=given.text("ip"),
        ports=tuple(port for text in given.texts("publish") for port in ports_of(text)),
        publish_all=given.has("publish-all"),
        hosts=tuple(_host(text) for text in given.texts("add-host")),
        restart=restart_of(given.text("restart", "no") or "no"),
        remove=given.has("rm"),
        memory=given["memory"] or 0,
        cpus=given["cpus"] or 0,
        pids_limit=max(given["pids-limit"] or 0, 0),
        pids=given.text("pid"),
        privileged=given.has("privileged"),
        capabilities_added=given.texts("cap-add"),
        capabilities_dropped=given.texts("cap-drop"),
        health=health(given),
        stop_signal=given.text("stop-signal"),
        stop_timeout=given["stop-timeout"],
    )


def checked_name(image: str) -> None:
    """Raises ClientError if it is no name of an image."""
    try:
        if len(image.removeprefix("sha256:")) != 64:
            reference(image)
    except InvalidReference as wrong:
        raise ClientError(
            str(wrong).removesuffix(f": {image!r} is not [registry/]name[:tag][@sha256:digest]")
        ) from None


def environment(given: Given, place: Place) -> tuple[str, ...]:
    """The lines of --env-file and of -e; a name without a value takes that of the shell, if it has one."""
    lines: list[str] = []
    for path in given.texts("env-file"):
        for line in place.read(path).decode("utf-8", "replace").splitlines():
            line = line.lstrip()
            if line and not line.startswith("#"):
                lines.append(line)
    lines += given.texts("env")
    found = []
    for line in lines:
        name, equals, _ = line.partition("=")
        if equals:
            found.append(line)
        elif name in place.environment:
            found.append(f"{name}={place.environment[name]}")
    return tuple(found)


def labels(given: Given) -> tuple[tuple[str, str], ...]:
    """`-l name=value`, or a name alone."""
    pairs = (text.partition("=") for text in given.texts("label"))
    return tuple((name, value) for name, _, value in pairs)


def mounts(given: Given, place: Place) -> tuple[Mount, ...]:
    """-v, --mount and --tmpfs; a path from here (`./data:/data`) is made absolute, as docker does."""
    found = []
    for text in given.texts("volume"):
        source, colon, rest = text.partition(":")
        if colon and (source.startswith((".", "~")) or source == ""):
            text = f"{place.absolute(source)}:{rest}" if source else text
        found.append(mount_of(text))
    found += [mount_option(text) for text in given.texts("mount")]
    for text in given.texts("tmpfs"):
        target, _, options = text.partition(":")
        found.append(Mount("tmpfs", "", target, options=options))
    return tuple(found)


def health(given: Given) -> Health | None:
    """The --health-* options; None leaves the image's own check."""
    asked = [name for name in HEALTH if given[name] not in (None, "", 0)]
    if given.has("no-healthcheck"):
        if asked:
            raise ClientError("--no-healthcheck conflicts with --health-* options")
        return Health(("NONE",))
    for name in HEALTH[1:]:
        if (given[name] or 0) < 0:
            raise ClientError(f"--{name} cannot be negative")
    if not asked:
        return None
    command = given.text("health-cmd")
    default = Health()
    return Health(
        ("CMD-SHELL", command) if command else (),
        given["health-interval"] or default.interval,
        given["health-timeout"] or default.timeout,
        given["health-start-period"] or default.start_period,
        given["health-start-interval"] or default.start_interval,
        given["health-retries"] or default.retries,
    )


def _host(text: str) -> tuple[str, str]:
    mark = "=" if "=" in text else ":"
    name, _, address = text.partition(mark)
    return name, address
