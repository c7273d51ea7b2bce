"""Names of images: `nginx` is `docker.io/library/nginx:latest`. The rules of github.com/distribution/reference.

The first part of a name is a registry only if it has a dot or a colon or is `localhost`; without one it is Docker Hub,
where a name of one part belongs to `library`. A tag defaults to `latest`; a digest needs none.
"""

import re
from dataclasses import dataclass

from vlearn.sim.images.errors import InvalidReference

HUB = "docker.io"
OFFICIAL = "library"
COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
PATH = re.compile(rf"{COMPONENT}(?:/{COMPONENT})*", re.ASCII)
LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
DOMAIN = re.compile(rf"(?:{LABEL}(?:\.{LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?", re.ASCII)
TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Reference:
    """A name in full: registry, repository, and a tag or a digest or both."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    def __str__(self) -> str:
        return f"{self.name}{':' * bool(self.tag)}{self.tag}{'@' * bool(self.digest)}{self.digest}"

    @property
    def name(self) -> str:
        """Registry and repository, such as `docker.io/library/nginx`."""
        return f"{self.registry}/{self.repository}"

    @property
    def familiar(self) -> str:
        """As Docker prints it: without `docker.io/library/`, with its tag."""
        short = self.repository.removeprefix(f"{OFFICIAL}/") if self.registry == HUB else self.name
        return f"{short}{':' * bool(self.tag)}{self.tag}{'@' * bool(self.digest)}{self.digest}"


def reference(text: str) -> Reference:
    """Read a name as Docker does. Raises InvalidReference in Docker's words."""
    if re.fullmatch(r"[0-9a-f]{64}", text):
        raise InvalidReference(f"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings")
    rest, at, digest = text.partition("@")
    first, slash, path = rest.partition("/")
    if slash and (any(mark in first for mark in ".:") or first == "localhost" or first.lower() != first):
        registry = first
    else:
        registry, path = HUB, rest
    path, colon, tag = path.partition(":")
    if path != path.lower():
        whole = f"{OFFICIAL}/{path}" if registry == HUB and "/" not in path else path
        raise InvalidReference(f"invalid reference format: repository name ({whole}) must be lowercase")
    wrong = (
        not DOMAIN.fullmatch(registry)
        or not PATH.fullmatch(path)
        or (colon and not TAG.fullmatch(tag))
        or (at and not DIGEST.fullmatch(digest))
    )
    if wrong:
        raise InvalidReference(f"invalid reference format: {text!r} is not [registry/]name[:tag][@sha256:digest]")
    registry = HUB if registry == f"index.{HUB}" else registry
    if registry == HUB and "/" not in path:
        path = f"{OFFICIAL}/{path}"
    if len(path) > LONGEST:
        raise InvalidReference(f"repository name must not be more than {LONGEST} characters")
    return Reference(registry, path, tag or ("" if digest else "latest"), digest)
