"""Commands about the whole machine: events, info, version, system df and system prune."""

import json
from collections.abc import Mapping

from vlearn.sim.engine import actions
from vlearn.sim.engine.command_line.errors import ClientError
from vlearn.sim.engine.command_line.inspect_commands import shown
from vlearn.sim.engine.command_line.invocation import PATIENCE, Handler, Invocation
from vlearn.sim.engine.command_line.listing import Layout, filters
from vlearn.sim.engine.command_line.moments import moment_of
from vlearn.sim.engine.command_line.quantities import decimal_size
from vlearn.sim.engine.command_line.reclaimed import image_line, reclaimed, written
from vlearn.sim.engine.command_line.template_run import render
from vlearn.sim.engine.command_line.templates import TemplateError
from vlearn.sim.engine.find import image_ids, image_of
from vlearn.sim.engine.inspection import (
    timestamp,
)
from vlearn.sim.engine.state import Engine, Happened

DF = Layout(
    {"Type": "TYPE", "TotalCount": "TOTAL", "Active": "ACTIVE", "Size": "SIZE", "Reclaimable": "RECLAIMABLE"},
    "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}",
    "*formatter.diskUsageContext",
)


# --- inspect ---


# --- events ---


def events(call: Invocation) -> None:
    """`docker events`: what happens from now on until Ctrl-C, or what happened between two moments."""
    given, engine = call.given, call.engine
    since = moment_of(engine, given.text("since")) if given["since"] else engine.now
    until = moment_of(engine, given.text("until")) if given["until"] else None
    if until is None or until > engine.now:
        call.docker.advance(PATIENCE if until is None else until - engine.now)
    engine = call.engine
    wanted = filters(given.texts("filter"), ("container", "event", "image", "label", "network", "type", "volume"))
    last_start = max((n for n, one in enumerate(engine.happened, 1) if one.kind == "daemon"), default=0)
    for one in engine.happened[last_start:]:  # a daemon that starts again has forgotten what was before
        if since <= one.time <= (engine.now if until is None else until) and _wanted(one, wanted):
            call.to.raw(_event(engine, one, given.text("format")) + "\n")
    if until is None:
        call.to.err("^C", code=130)


def _wanted(one: Happened, wanted: Mapping[str, list[str]]) -> bool:
    attributes = dict(one.attributes)
    for name, values in wanted.items():
        if name == "event":
            has = one.action.partition(":")[0] in values
        elif name == "type":
            has = one.kind in values
        elif name == "label":
            has = any(value.partition("=")[0] in attributes for value in values)
        else:
            known = (one.id, attributes.get("name"), attributes.get("image") if name == "image" else None)
            has = any(value in known or one.id.startswith(value) for value in values) and one.kind in (
                name,
                "container",
            )
        if not has:
            return False
    return True


def _event(engine: Engine, one: Happened, form: str) -> str:
    document = {
        "status": one.action,
        "id": one.id,
        "Type": one.kind,
        "Action": one.action,
        "Actor": {"ID": one.id, "Attributes": dict(one.attributes)},
        "time": int(engine.kernel.epoch + one.time),
    }
    if form == "json":
        return json.dumps(document, separators=(",", ":"))
    if form:
        try:
            return render(form, {**document, "Status": one.action, "ID": one.id, "Time": document["time"]})
        except TemplateError as error:
            raise ClientError(f"template parsing error: {error}") from None
    told = ", ".join(f"{name}={value}" for name, value in one.attributes)
    moment = timestamp(engine, one.time).replace("Z", "+00:00")
    return f"{moment} {one.kind} {one.action} {one.id}{f' ({told})' if told else ''}"


# --- info, version, df, prune ---


def info(call: Invocation) -> None:
    """`docker info`, as far as the model has something to say."""
    engine = call.engine
    states = [one.state.status for one in engine.containers.values()]
    running, paused = states.count("running") + states.count("restarting"), states.count("paused")
    memory = engine.kernel.cgroups.machine.pages * 4096
    document = {
        "Containers": len(states),
        "ContainersRunning": running,
        "ContainersPaused": paused,
        "ContainersStopped": len(states) - running - paused,
        "Images": len(image_ids(engine)),
        "Driver": "overlay2",
        "CgroupDriver": "systemd",
        "CgroupVersion": "2",
        "NCPU": engine.kernel.cgroups.machine.cpus,
        "MemTotal": memory,
        "Name": call.place.read("/etc/hostname").decode().strip(),
        "ServerVersion": "28.2.2",
    }
    if form := call.given.text("format"):
        call.to.raw(shown([document], form) if form != "json" else json.dumps(document) + "\n")
        return
    call.to.out(
        "Client:",
        " Version:    28.2.2 (a model for a course)",
        "",
        "Server:",
        f" Containers: {document['Containers']}",
        f"  Running: {running}",
        f"  Paused: {paused}",
        f"  Stopped: {document['ContainersStopped']}",
        f" Images: {document['Images']}",
        " Server Version: 28.2.2",
        " Storage Driver: overlay2",
        " Cgroup Driver: systemd",
        " Cgroup Version: 2",
        f" CPUs: {document['NCPU']}",
        f" Total Memory: {memory / 2**30:.4g}GiB",
        f" Name: {document['Name']}",
        " Docker Root Dir: /var/lib/docker",
    )


def version(call: Invocation) -> None:
    """`docker version`."""
    document = {"Client": {"Version": "28.2.2"}, "Server": {"Version": "28.2.2"}}
    if form := call.given.text("format"):
        call.to.raw(json.dumps(document) + "\n" if form == "json" else shown([document], form))
        return
    for side in ("Client: a model for a course", "Server: a model for a course"):
        call.to.out(side, " Version:           28.2.2", " API version:       1.50", " OS/Arch:           linux/amd64")
        if side.startswith("Client"):
            call.to.out("")


def disk(call: Invocation) -> None:
    """`docker system df`."""
    engine = call.engine
    images = {id: image_of(engine, id) for id in image_ids(engine)}
    used = {one.image for one in engine.containers.values()}
    layers = {layer.digest: layer.size for image in images.values() for layer in image.manifest.layers}
    kept = {layer.digest for id in used if id in images for layer in images[id].manifest.layers}
    spare = sum(size for digest, size in layers.items() if digest not in kept)
    sizes = {one.id: written(engine, one.id) for one in engine.containers.values()}
    idle = sum(sizes[one.id] for one in engine.containers.values() if not one.state.running)
    names = {mount.name for one in engine.containers.values() for mount in one.mounts}
    running = sum(one.state.running for one in engine.containers.values())
    rows = [
        ("Images", len(images), len(used & images.keys()), sum(layers.values()), spare),
        ("Containers", len(sizes), running, sum(sizes.values()), idle),
        ("Local Volumes", len(engine.volumes), len(names & set(engine.volumes)), *_volume_sizes(call, names)),
        ("Build Cache", len(engine.cache), 0, 0, 0),
    ]  # fmt: skip
    shown_rows = [
        {
            "Type": kind,
            "TotalCount": str(total),
            "Active": str(active),
            "Size": decimal_size(size, 4),
            "Reclaimable": decimal_size(free, 4)
            + (f" ({100 * free // size}%)" if size and kind != "Build Cache" else ""),
        }
        for kind, total, active, size, free in rows
    ]
    call.to.raw(DF.show(shown_rows, call.given.text("format")))


def _volume_sizes(call: Invocation, used: set[str]) -> tuple[int, int]:
    total = spare = 0
    for volume in call.engine.volumes.values():
        size = call.place.size(volume.path)
        total += size
        spare += 0 if volume.name in used else size
    return total, spare


def prune(call: Invocation) -> None:
    """`docker system prune`."""
    before = call.engine
    sizes = {name: call.place.size(volume.path) for name, volume in before.volumes.items()}
    gone = list(call.ask(actions.Prune("system", call.given.has("all"))))
    if call.given.has("volumes"):
        gone += [f"volume {name}" for name in call.ask(actions.Prune("volume"))]
    titles = {"container": "Containers", "network": "Networks", "volume": "Volumes", "image": "Images"}
    for kind, title in titles.items():
        names = [one.removeprefix(f"{kind} ") for one in gone if one.startswith(f"{kind} ")]
        if names:
            call.to.out(f"Deleted {title}:", *(map(image_line, names) if kind == "image" else names), "")
    freed = reclaimed(before, call.engine) + sum(sizes[name] for name in sizes if name not in call.engine.volumes)
    call.to.out(f"Total reclaimed space: {decimal_size(freed, 4)}")


HANDLERS: Mapping[str, Handler] = {

     "events": events, "info": info, "version": version, "system df": disk,
    "system prune": prune,
}  # fmt: skip
