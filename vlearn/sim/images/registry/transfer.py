"""docker push and docker pull, request by request: only what the other side lacks moves.

Push asks for every blob before it sends it (HEAD), mounts it from a repository of the same registry where it knows one,
uploads it otherwise (POST, PUT), and sends the manifest last: a tag never names what is not there. Pull asks for the
manifest, of an index chooses the one for its platform (the name then stands for that one alone, as in the classic image
store), and gets the blobs that it lacks. One request after another;
Docker has several under way at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.errors import ModelError
from vlearn.sim.images.errors import ImageError
from vlearn.sim.images.oci.documents import INDEXES, LAYERS, MANIFESTS, Descriptor, Index, Platform, read_document
from vlearn.sim.images.oci.image import AMD64, checked, chosen
from vlearn.sim.images.oci.layout import leads_to
from vlearn.sim.images.reference import Reference, reference
from vlearn.sim.images.registry.state import Exchange, Piece
from vlearn.trace import Event, Step

SHORT = 12


@dataclass(frozen=True, slots=True)
class Push:
    """`docker push NAME`."""

    name: str


@dataclass(frozen=True, slots=True)
class Pull:
    """`docker pull [--platform] NAME`."""

    name: str
    platform: Platform = AMD64


def transfer(exchange: Exchange, action: Push | Pull) -> Iterator[Step[Exchange]]:
    """The requests of a push or a pull. A refusal by the registry is the event `failed`, in Docker's words."""
    name = reference(action.name)
    exchange = replace(exchange, pieces=(), error="")
    match action:
        case Push():
            yield from _push(exchange, name)
        case Pull():
            yield from _pull(exchange, name, action.platform)


def short(digest: str) -> str:
    """The twelve hexadecimal digits that Docker shows."""
    return digest.removeprefix("sha256:")[:SHORT]


def _what(descriptor: Descriptor) -> str:
    if descriptor.media_type in INDEXES:
        return "index"
    if descriptor.media_type in MANIFESTS:
        return "manifest"
    return "layer" if descriptor.media_type in LAYERS else "config"


def _step(kind: str, text: str, exchange: Exchange, *touches: str) -> Step[Exchange]:
    return Step(Event(kind, text, touches), exchange)


def _failed(exchange: Exchange, text: str) -> Step[Exchange]:
    return _step("failed", text, replace(exchange, error=text))


def _push(exchange: Exchange, name: Reference) -> Iterator[Step[Exchange]]:
    if name.digest:
        raise ModelError(f"cannot push a digest reference: {name.familiar}; push a tag")
    found = exchange.images.names.get(str(name))
    if found is None:
        short_name = f"{name.name.removeprefix('docker.io/library/').removeprefix('docker.io/')}"
        yield _failed(exchange, f"An image does not exist locally with the tag: {short_name}")
        return
    for descriptor, tag in _bottom_up(exchange, found, name.tag):
        if _what(descriptor) in ("manifest", "index"):
            registry = exchange.registry(name.registry).put(
                name.repository, tag, exchange.images.blob(descriptor), descriptor
            )
            exchange = _piece(exchange, descriptor, "Pushed", name)
            exchange = replace(exchange, registries=exchange.registries.set(name.registry, registry))
            text = f"{tag or short(descriptor.digest)}: digest: {descriptor.digest} size: {descriptor.size}"
            yield _step("manifest-put", text, exchange, descriptor.digest)
        else:
            for step in _push_blob(exchange, name, descriptor):
                exchange = step.state
                yield step


def _bottom_up(exchange: Exchange, descriptor: Descriptor, tag: str) -> Iterator[tuple[Descriptor, str]]:
    """What a manifest or an index leads to, and it last; only the topmost has the tag."""
    for inner in reversed(leads_to(exchange.images.blob(descriptor), descriptor)):
        if inner.media_type in MANIFESTS:
            yield from _bottom_up(exchange, inner, "")
        else:
            yield inner, ""
    yield descriptor, tag


def _push_blob(exchange: Exchange, name: Reference, descriptor: Descriptor) -> Iterator[Step[Exchange]]:
    registry, blob, label = exchange.registry(name.registry), descriptor.digest, short(descriptor.digest)
    if registry.has(name.repository, blob):
        exchange = _piece(exchange, descriptor, "Layer already exists", name)
        yield _step("exists", f"{label}: Layer already exists (HEAD 200)", exchange, blob)
        return
    yield _step("missing", f"{label}: Preparing (HEAD 404: {name.repository} does not know it)", exchange, blob)
    for host, source in exchange.sources.get(blob, ()):
        if host == name.registry and registry.has(source, blob):
            registry = registry.mount(name.repository, blob, source)
            exchange = _piece(exchange, descriptor, f"Mounted from {source}", name)
            exchange = replace(exchange, registries=exchange.registries.set(host, registry))
            yield _step("mounted", f"{label}: Mounted from {source} (POST 201, no bytes)", exchange, blob)
            return
    registry = registry.upload(name.repository, exchange.images.blob(descriptor), blob)
    exchange = _piece(exchange, descriptor, "Pushed", name)
    exchange = replace(exchange, registries=exchange.registries.set(name.registry, registry))
    yield _step("uploaded", f"{label}: Pushed (POST 202, PUT 201, {descriptor.size} bytes)", exchange, blob)


def _piece(exchange: Exchange, descriptor: Descriptor, outcome: str, name: Reference) -> Exchange:
    """With this piece done, and its source known for mounting."""
    piece = Piece(descriptor.digest, _what(descriptor), descriptor.size, outcome)
    place, known = (name.registry, name.repository), exchange.sources.get(descriptor.digest, ())
    sources = exchange.sources if place in known else exchange.sources.set(descriptor.digest, (*known, place))
    return replace(exchange, pieces=(*exchange.pieces, piece), sources=sources)


def _pull(exchange: Exchange, name: Reference, platform: Platform) -> Iterator[Step[Exchange]]:
    registry, asked = exchange.registry(name.registry), name.digest or name.tag
    top = registry.find(name.repository, asked)
    if top is None:
        yield _failed(exchange, _unknown(name, name.repository in registry.repositories))
        return
    yield _step("resolved", f"{asked}: Pulling from {name.repository} (HEAD 200: {top.digest})", exchange, top.digest)
    descriptor, had = top, top.digest in exchange.images.blobs
    try:
        if top.media_type in INDEXES:
            exchange, _ = _get(exchange, name, top)
            yield _step("index", f"{short(top.digest)}: index, {top.size} bytes", exchange, top.digest)
            descriptor = chosen(read_document(exchange.images.blob(top), Index, "the image index"), platform)
            text = f"{short(descriptor.digest)}: the manifest for {platform}"
            yield _step("chosen", text, exchange, descriptor.digest)
        exchange, _ = _get(exchange, name, descriptor)
        yield _step("manifest", f"{short(descriptor.digest)}: manifest", exchange, descriptor.digest)
        for part in leads_to(exchange.images.blob(descriptor), descriptor):
            exchange, outcome = _get(exchange, name, part)
            kind = "exists" if outcome == "Already exists" else "downloaded"
            text = f"{short(part.digest)}: {outcome} ({part.size if kind == 'downloaded' else 0} bytes)"
            yield _step(kind, text, exchange, part.digest)
    except ImageError as error:
        yield _failed(exchange, str(error))
        return
    exchange = replace(exchange, images=exchange.images.tag(str(name), descriptor))
    status = "Image is up to date" if had and not exchange.moved else "Downloaded newer image"
    yield _step("done", f"Digest: {top.digest}; Status: {status} for {name.familiar}", exchange, top.digest)


def _get(exchange: Exchange, name: Reference, descriptor: Descriptor) -> tuple[Exchange, str]:
    """GET a blob or manifest unless it is here; what arrives is checked before it is kept."""
    if descriptor.digest in exchange.images.blobs:
        return _piece(exchange, descriptor, "Already exists", name), "Already exists"
    registry = exchange.registry(name.registry)
    repository, blob = registry.repository(name.repository), registry.blobs.get(descriptor.digest)
    if blob is None or descriptor.digest not in repository.blobs | frozenset(repository.manifests):
        raise ImageError(f"blob unknown to registry: {descriptor.digest}")
    exchange = replace(exchange, images=exchange.images.add((checked(blob, descriptor),)))
    return _piece(exchange, descriptor, "Pull complete", name), "Pull complete"


def _unknown(name: Reference, repository: bool) -> str:
    if repository:
        return f"manifest for {name.familiar} not found: manifest unknown: manifest unknown"
    denied = "repository does not exist or may require 'docker login'"
    familiar = replace(name, tag="", digest="").familiar
    return f"pull access denied for {familiar}, {denied}: denied: requested access to the resource is denied"
