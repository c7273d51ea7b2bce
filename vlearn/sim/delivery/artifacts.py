"""Artifacts as OCI images: one is built of a commit, and that very one goes from stage to stage.

An artifact is named by the digest of its manifest. To promote is to point another tag at the digest. Who builds again
for production gets another artifact as soon as a compiler, a dependency or a time stamp differs: it is the other one
that was tested.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.images.oci.documents import LAYER, Config, Configuration, Descriptor, RootFS
from vlearn.sim.images.oci.entry import Entry
from vlearn.sim.images.oci.image import Images
from vlearn.sim.images.oci.write_tar import digest, tar_of

NO_IMAGES = Images()


@dataclass(frozen=True, slots=True)
class Registry:
    """Images by digest, and the tags that stages are known by."""

    images: Images = NO_IMAGES

    def push(
        self, tag: str, sources: Iterable[str], toolchain: str = "gcc 14", created: str | None = None
    ) -> "Registry":
        """Build an image of the sources and store it under the tag; `created` is the clock, if the build reads one."""
        name = ";".join(sources)
        content = f"{toolchain}: {name}".encode()
        tar = tar_of([Entry("app", "file", content, mode=0o755)])
        layer = Descriptor(LAYER, digest(tar), len(tar))
        rootfs = RootFS("layers", (layer.digest,))
        settings = Configuration("amd64", "linux", created=created, config=Config(cmd=("/app",)), rootfs=rootfs)
        images, made = self.images.with_image("", settings, [(layer, tar)])
        return replace(self, images=images.tag(tag, made))

    def promote(self, tag: str, to: str) -> "Registry":
        """Let another tag mean the same image: not a byte is built or copied. Raises ModelError for no such tag."""
        return replace(self, images=self.images.tag(to, self._descriptor(tag)))

    def digest(self, tag: str) -> str:
        """The digest of a tag's image. Raises ModelError for a tag that is not there."""
        return self._descriptor(tag).digest

    def content(self, tag: str) -> bytes:
        """The program in a tag's image."""
        return self.images.layer(self.images.of(self._descriptor(tag)), 0)[0].content

    @property
    def tags(self) -> Mapping[str, str]:
        """Digests by tag."""
        return {tag: found.digest for tag, found in sorted(self.images.names.items())}

    def _descriptor(self, tag: str) -> Descriptor:
        found = self.images.names.get(tag)
        if found is None:
            known = sorted(self.images.names)
            raise ModelError(
                f"the registry has no tag {tag!r}; there are {', '.join(known) or 'none'}{did_you_mean(tag, known)}"
            )
        return found


def short(name: str) -> str:
    """A digest's first twelve hexadecimal digits, as commands print it."""
    return name.removeprefix("sha256:")[:12]
