"""Commands about images: images, pull, push, tag, rmi, history, image prune."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vlearn.sim.engine import actions
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.command_line.columns import shortened
from vlearn.sim.engine.command_line.errors import ClientError
from vlearn.sim.engine.command_line.invocation import Handler, Invocation
from vlearn.sim.engine.command_line.listing import TRUE, Layout, filters, has_label
from vlearn.sim.engine.command_line.quantities import decimal_size
from vlearn.sim.engine.command_line.reclaimed import image_line, reclaimed
from vlearn.sim.engine.command_line.said import OUT
from vlearn.sim.engine.find import find_image, image_ids, image_of
from vlearn.sim.engine.state import Engine
from vlearn.sim.engine.summaries import span
from vlearn.sim.images.errors import InvalidReference
from vlearn.sim.images.oci.documents import EPOCH
from vlearn.sim.images.oci.image import Image
from vlearn.sim.images.reference import reference

IMAGES = Layout(
    {
        "Repository": "REPOSITORY", "Tag": "TAG", "Digest": "DIGEST", "ID": "IMAGE ID", "CreatedSince": "CREATED",
        "CreatedAt": "CREATED AT", "Size": "SIZE", "Containers": "CONTAINERS",
    },
    "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}",
    "*formatter.imageContext",
)  # fmt: skip
WITH_DIGESTS = "{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}"
HISTORY = Layout(
    {
        "ID": "IMAGE",
        "CreatedSince": "CREATED",
        "CreatedAt": "CREATED AT",
        "CreatedBy": "CREATED BY",
        "Size": "SIZE",
        "Comment": "COMMENT",
    },
    "{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}",
    "*history.historyContext",
)
CREATED_BY_WIDTH = 45
NO_DATE = 315_619_200
"""Before 2 January 1980 a date in `docker history` counts as none."""


# --- pull and push ---


def pull(call: Invocation) -> None:
    """`docker pull`."""
    name = call.arguments[0]
    full = _reference(name)
    if call.given.has("quiet"):
        call.to.out(call.ask(actions.Pull(name)))
        return
    if ":" not in name.rpartition("/")[2] and "@" not in name:
        call.to.out("Using default tag: latest")
    pulled(call, name, OUT)
    call.to.out(full)


def pulled(call: Invocation, name: str, descriptor: int) -> None:
    """Pull, and say for each layer what became of it."""
    parsed = reference(_reference(name))
    before = call.engine.images.names.get(str(parsed))
    reply = call.docker.call(actions.Pull(name))
    if reply.error:
        raise DaemonError(reply.error, reply.status, reply.code)
    exchange = call.engine.exchange
    lines = [f"{parsed.tag or parsed.digest}: Pulling from {parsed.repository}"]
    lines += [f"{piece.digest[7:19]}: {piece.outcome}" for piece in exchange.pieces if piece.what == "layer"]
    image = exchange.images.names[str(parsed)]
    what = "Image is up to date" if before == image else "Downloaded newer image"
    lines += [f"Digest: {image.digest}", f"Status: {what} for {parsed.familiar}"]
    call.to.raw("".join(f"{line}\n" for line in lines), descriptor)


def push(call: Invocation) -> None:
    """`docker push`."""
    name = call.arguments[0]
    parsed = reference(_reference(name))
    if call.given.has("quiet"):
        call.to.out(call.ask(actions.Push(name)))
        return
    if ":" not in name.rpartition("/")[2]:
        call.to.out("Using default tag: latest")
    call.to.out(f"The push refers to repository [{parsed.name}]")
    call.ask(actions.Push(name))
    pieces = call.engine.exchange.pieces
    call.to.out(*(f"{one.digest[7:19]}: {one.outcome}" for one in pieces if one.what == "layer"))
    manifest = pieces[-1]
    call.to.out(f"{parsed.tag}: digest: {manifest.digest} size: {manifest.size}")


def _reference(name: str) -> str:
    try:
        return str(reference(name))
    except InvalidReference as wrong:
        raise ClientError(str(wrong).removesuffix(f": {name!r} is not [registry/]name[:tag][@sha256:digest]")) from None


# --- lists ---


def images(call: Invocation) -> None:
    """`docker images`."""
    engine, given = call.engine, call.given
    wanted = filters(given.texts("filter"), ("before", "dangling", "label", "reference", "since"))
    rows = []
    for id, names in image_ids(engine).items():
        image = image_of(engine, id)
        if "dangling" in wanted and (wanted["dangling"][-1] in TRUE) == bool(names):
            continue
        labels = image.configuration.run.labels or {}
        if "label" in wanted and not all(has_label(labels, value) for value in wanted["label"]):
            continue
        rows += [(image, name) for name in names or ("",)]
    asked = tuple(call.arguments) + tuple(wanted.get("reference", ()))
    rows = [(image, name) for image, name in rows if all(_matches(name, one) for one in asked)]
    rows.sort(key=lambda row: row[0].configuration.created or EPOCH, reverse=True)
    layout = Layout(IMAGES.titles, WITH_DIGESTS, IMAGES.kind) if given.has("digests") else IMAGES
    shown = [_row(engine, image, name, given.has("no-trunc")) for image, name in rows]
    call.to.raw(layout.show(shown, given.text("format"), "{{.ID}}" if given.has("quiet") else ""))


def _row(engine: Engine, image: Image, name: str, whole: bool) -> dict[str, Any]:
    parsed = reference(name) if name else None
    using = sum(one.image == image.id for one in engine.containers.values())
    return {
        "Repository": _familiar(name) if name else "<none>",
        "Tag": parsed.tag if parsed else "<none>",
        "Digest": image.descriptor.digest if parsed else "<none>",
        "ID": image.id if whole else image.id[7:19],
        "CreatedSince": since(engine, image.configuration.created),
        "CreatedAt": created_at(image.configuration.created),
        "Size": decimal_size(image.size),
        "Containers": str(using),
    }


def _familiar(name: str) -> str:
    """A full name as docker shows it, without its tag."""
    parsed = reference(name)
    return parsed.familiar.removesuffix(f":{parsed.tag}")


def _matches(name: str, asked: str) -> bool:
    """Whether a full name is what was asked for: a repository, or one with a tag."""
    if not name:
        return False
    parsed = reference(name)
    return asked in (parsed.familiar, _familiar(name), parsed.name, str(parsed))


def since(engine: Engine, created: str | None) -> str:
    """`3 days ago`."""
    return f"{span(engine.kernel.epoch + engine.now - _moment(created))} ago"


def _age(engine: Engine, created: str | None) -> str:
    return since(engine, created) if _moment(created) >= NO_DATE else "N/A"


def created_at(created: str | None) -> str:
    """`2025-06-01 12:00:00 +0000 UTC`."""
    return (created or EPOCH)[:19].replace("T", " ") + " +0000 UTC"


def _moment(created: str | None) -> float:
    return datetime.fromisoformat(created or EPOCH).timestamp()


def history(call: Invocation) -> None:
    """`docker history`, the last instruction first."""
    engine, given = call.engine, call.given
    image = find_image(engine, call.arguments[0])
    whole = given.has("no-trunc")
    human = given["human"] is not False
    sizes = [layer.size for layer in image.manifest.layers]
    rows = []
    for line in image.configuration.history or ():
        size = 0 if line.empty_layer or not sizes else sizes.pop(0)
        by = line.created_by.replace("\t", " ")
        rows.append(
            {
                "ID": "<missing>",
                "CreatedSince": _age(engine, line.created) if human else (line.created or EPOCH),
                "CreatedAt": line.created or EPOCH,
                "CreatedBy": by if whole else shortened(by, CREATED_BY_WIDTH),
                "Size": decimal_size(size) if human else str(size),
                "Comment": line.comment,
            }
        )
    if rows:
        rows[-1]["ID"] = image.id if whole else image.id[7:19]
    call.to.raw(HISTORY.show(rows[::-1], given.text("format"), "{{.ID}}" if given.has("quiet") else ""))


# --- tag, rmi, prune ---


def tag(call: Invocation) -> None:
    """`docker tag`."""
    source, target = call.arguments
    for name in (source, target):
        try:
            if len(name) != 64:
                _reference(name)
        except ClientError as wrong:
            raise ClientError(f'Error parsing reference: "{name}" is not a valid repository/tag: {wrong}') from None
    call.ask(actions.Tag(source, target))


def remove(call: Invocation) -> None:
    """`docker rmi`."""
    refused = []
    for name in call.arguments:
        try:
            done = call.ask(actions.RemoveImage(name, call.given.has("force")))
        except DaemonError as error:
            if not (call.given.has("force") and error.status == 404):
                call.to.code = 1
            refused.append(str(error))
        else:
            names = (one if one.startswith("sha256:") else reference(one).familiar for _, one in done)
            call.to.out(*(f"{what}: {name}" for (what, _), name in zip(done, names, strict=True)))
    call.to.err(*refused)


def prune(call: Invocation) -> None:
    """`docker image prune`."""
    before = call.engine
    gone = call.ask(actions.Prune("image", call.given.has("all")))
    if gone:
        call.to.out("Deleted Images:", *map(image_line, gone), "")
    call.to.out(f"Total reclaimed space: {decimal_size(reclaimed(before, call.engine), 4)}")


# --- build ---


HANDLERS: Mapping[str, Handler] = {
     "images": images, "pull": pull, "push": push, "tag": tag, "rmi": remove, "history": history,
    "image prune": prune,
}  # fmt: skip
