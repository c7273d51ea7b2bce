"""The registries as the nodes reach them: which image a name stands for, and what a container of it does.

A lesson breaks things by giving other images: slow ones, missing ones, ones whose program crashes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

from vlearn.sim.images.errors import InvalidReference
from vlearn.sim.images.reference import Reference, reference
from vlearn.sim.kubernetes.node.images.catalogue import CATALOGUE, NOWHERE, UNKNOWN, Image
from vlearn.sim.kubernetes.node.images.commands import KNOWN, SHELLS
from vlearn.sim.kubernetes.node.images.program import FOREVER, Program
from vlearn.sim.kubernetes.node.images.shell import interpret

_CANNOT = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: "
)
_RPC = "rpc error: code = {code} desc = failed to pull and unpack image"
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Registry:
    """Images given here, by familiar name with or without a tag, come before those of the catalogue."""

    images: Mapping[str, Image] = field(default_factory=dict)
    reachable: bool = True
    _known: dict[str, Image] = field(default_factory=dict, repr=False, compare=False)

    def with_image(self, name: str, image: Image) -> "Registry":
        """With this image: `nginx` means all its tags, `nginx:1.29` one. Raises InvalidReference for no name."""
        reference(name)
        return Registry({**self.images, name: image}, self.reachable)

    def without(self, name: str) -> "Registry":
        """With nothing under this name. Raises InvalidReference for no name."""
        return self.with_image(name, Image(fault="missing"))

    def cut_off(self) -> "Registry":
        """The same, out of reach."""
        return replace(self, reachable=False, _known={})

    def image(self, name: str) -> Image:
        """What a name stands for; its `fault` says whether it can be pulled. Raises InvalidReference for no name."""
        found = self._known.get(name)
        if found is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            found = self._known[name] = self._find(full(name))
        return found

    def program(self, container: Mapping[str, Any]) -> Program:
        """What a container of this spec does once it runs. Raises InvalidReference for no name of an image."""
        image = self.image(container["image"])
        command, args = container.get("command"), container.get("args")
        if not command and not args:
            return image.program
        return _program(image, tuple(command or ()), tuple(args or ()))

    def _find(self, wanted: Reference) -> Image:
        familiar = wanted.familiar.partition("@")[0].rpartition(":")[0] if wanted.tag else wanted.familiar.split("@")[0]
        for name in (f"{familiar}:{wanted.tag}", familiar):
            if name in self.images:
                return self.images[name]
        found = CATALOGUE.get(familiar)
        if found is None:
            return replace(UNKNOWN, fault="missing") if NOWHERE.search(familiar) else UNKNOWN
        return found if found.has_tag(wanted.tag) else replace(found, fault="missing")


DEFAULT = Registry()


@lru_cache(maxsize=_KEPT)
def full(name: str) -> Reference:
    """The reference in full. Raises InvalidReference."""
    return reference(name)


@lru_cache(maxsize=_KEPT)
def identity(name: str) -> tuple[str, str]:
    """An image as the runtime calls it, and its id: docker.io/library/nginx:1.29, ...nginx@sha256:...."""
    whole = full(name)
    digest = whole.digest or f"sha256:{sha256(str(whole).encode()).hexdigest()}"
    return str(whole), f"{whole.name}@{digest}"


def refusal(name: str, registry: Registry) -> str:
    """Why a name cannot be pulled, in the runtime's words; empty where it can."""
    try:
        image, whole = registry.image(name), full(name)
    except InvalidReference as wrong:
        return f"couldn't parse image name {name!r}: {wrong}"
    pulled = f'"{whole}": failed to resolve reference "{whole}": '
    if not registry.reachable or image.fault == "unreachable":
        host = "registry-1.docker.io" if whole.registry == "docker.io" else whole.registry
        head = f'failed to do request: Head "https://{host}/v2/{whole.repository}/manifests/{whole.tag}": '
        return f"{_RPC.format(code='Unknown')} {pulled}{head}dial tcp: lookup {host}: i/o timeout"
    if image.fault != "missing":
        return ""
    if image.newest or whole.registry != "docker.io":
        return f"{_RPC.format(code='NotFound')} {pulled}{whole}: not found"
    denied = "pull access denied, repository does not exist or may require authorization: server message: "
    return f"{_RPC.format(code='Unknown')} {pulled}{denied}insufficient_scope: authorization failed"


@lru_cache(maxsize=_KEPT)
def _program(image: Image, command: tuple[str, ...], args: tuple[str, ...]) -> Program:
    words = command + args
    name = words[0].rpartition("/")[2] or words[0]
    for key in (words[0], name):
        if key in image.modes:
            return image.modes[key]
    if not command and not image.is_shell and not (image.closed and (name in KNOWN or name in SHELLS)):
        return image.program  # arguments of its entrypoint
    if words[0] in image.runs or name in image.runs:
        return image.program
    if name in KNOWN:
        return interpret(words)
    if not image.closed:
        return FOREVER
    why = f'exec: "{words[0]}": executable file not found in $PATH: unknown'
    if words[0].startswith("/"):
        why = f'exec: "{words[0]}": stat {words[0]}: no such file or directory: unknown'
    return Program(exits=0.0, code=128, refused=_CANNOT + why)
