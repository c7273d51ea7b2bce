"""A registry: repositories of manifests and tags over one pool of blobs. Distribution specification 1.1, its core.

A blob is stored once, and a repository knows it only if it was uploaded there or mounted from another: nobody may read
through one repository what belongs to another. Left out: authentication, chunked uploads, deletion, referrers.
"""

from dataclasses import dataclass, field, replace

from immutables import Map

from vlearn.sim.images.errors import ImageError
from vlearn.sim.images.oci.documents import Descriptor
from vlearn.sim.images.oci.image import Images, checked
from vlearn.sim.images.oci.layout import leads_to
from vlearn.sim.images.oci.write_tar import digest


@dataclass(frozen=True, slots=True)
class Repository:
    """What one repository knows: digests of blobs, manifests with their media types, and tags."""

    blobs: frozenset[str] = frozenset()
    manifests: Map[str, str] = field(default_factory=Map)
    tags: Map[str, str] = field(default_factory=Map)


@dataclass(frozen=True, slots=True)
class Registry:
    """Repositories by name, and the content of every blob and manifest once."""

    host: str
    repositories: Map[str, Repository] = field(default_factory=Map)
    blobs: Map[str, bytes] = field(default_factory=Map)

    def repository(self, name: str) -> Repository:
        """A repository; an empty one where there is none yet."""
        return self.repositories.get(name, Repository())

    def has(self, name: str, blob: str) -> bool:
        """HEAD /v2/NAME/blobs/DIGEST: whether the repository knows the blob."""
        return blob in self.repository(name).blobs

    def upload(self, name: str, blob: bytes, claimed: str) -> "Registry":
        """PUT of an upload. Raises ImageError if the content is not what its digest says (DIGEST_INVALID)."""
        if digest(blob) != claimed:
            raise ImageError("digest invalid: provided digest did not match uploaded content")
        repository = self.repository(name)
        return self._with(name, replace(repository, blobs=repository.blobs | {claimed}), {claimed: blob})

    def mount(self, name: str, blob: str, source: str) -> "Registry":
        """POST ?mount=DIGEST&from=SOURCE, where the source has the blob: the repository knows it too, nothing moves."""
        repository = self.repository(name)
        return (
            self._with(name, replace(repository, blobs=repository.blobs | {blob}), {})
            if self.has(source, blob)
            else self
        )

    def put(self, name: str, tag: str, manifest: bytes, descriptor: Descriptor) -> "Registry":
        """PUT of a manifest. Raises ImageError if the repository lacks something it names (MANIFEST_BLOB_UNKNOWN)."""
        repository = self.repository(name)
        for part in leads_to(checked(manifest, descriptor), descriptor):
            if part.digest not in repository.blobs and part.digest not in repository.manifests:
                raise ImageError(f"manifest blob unknown: blob unknown to registry: {part.digest}")
        known = replace(
            repository,
            manifests=repository.manifests.set(descriptor.digest, descriptor.media_type),
            tags=repository.tags.set(tag, descriptor.digest) if tag else repository.tags,
        )
        return self._with(name, known, {descriptor.digest: manifest})

    def find(self, name: str, tag_or_digest: str) -> Descriptor | None:
        """HEAD /v2/NAME/manifests/REFERENCE; None for 404."""
        repository = self.repository(name)
        found = repository.tags.get(tag_or_digest, tag_or_digest)
        kind = repository.manifests.get(found)
        return Descriptor(kind, found, len(self.blobs[found])) if kind else None

    def _with(self, name: str, repository: Repository, blobs: dict[str, bytes]) -> "Registry":
        return replace(self, repositories=self.repositories.set(name, repository), blobs=self.blobs.update(blobs))


@dataclass(frozen=True, slots=True)
class Piece:
    """One blob or manifest of a transfer, and what became of it."""

    digest: str
    what: str
    size: int
    outcome: str

    @property
    def moved(self) -> int:
        """Bytes that crossed the network for it."""
        return self.size if self.outcome in MOVED else 0


MOVED = ("Pushed", "Pull complete")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A client with its images, the registries it can reach, and the pieces of the transfer that is under way.

    `sources` are the repositories that the client pulled a blob from or pushed it to: from there it can be mounted.
    """

    images: Images = field(default_factory=Images)
    registries: Map[str, Registry] = field(default_factory=Map)
    sources: Map[str, tuple[tuple[str, str], ...]] = field(default_factory=Map)
    pieces: tuple[Piece, ...] = ()
    error: str = ""

    @property
    def moved(self) -> int:
        """Bytes that crossed the network in this transfer."""
        return sum(piece.moved for piece in self.pieces)

    def registry(self, host: str) -> Registry:
        """The registry of a host; an empty one where nothing was pushed yet."""
        return self.registries.get(host, Registry(host))
