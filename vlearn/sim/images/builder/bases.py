"""What a stage starts from and what COPY --from reads: nothing, an earlier stage, or an image of the builder."""

from vlearn.sim.files.filesystem import Filesystem
from vlearn.sim.images.builder.scope import Scope
from vlearn.sim.images.builder.state import Build, Builder, Built, Layer
from vlearn.sim.images.builder.union import union
from vlearn.sim.images.dockerfile.instruction import Instruction, Stage
from vlearn.sim.images.errors import DockerfileError, ImageError, InvalidReference
from vlearn.sim.images.oci.documents import EPOCH, Configuration
from vlearn.sim.images.oci.image import Image, Images
from vlearn.sim.images.reference import reference

SCRATCH = "scratch"


def wanted(action: Build) -> tuple[Stage, ...]:
    """The stages up to the target. Raises DockerfileError if there is no such stage."""
    stages = action.dockerfile.stages
    if not action.target:
        return stages
    number = _number(action.target, stages)
    if number is None:
        raise DockerfileError(f'target stage "{action.target}" could not be found')
    return stages[: number + 1]


def _number(name: str, stages: tuple[Stage, ...]) -> int | None:
    """The last stage of this name, or the one of this number."""
    named = [n for n, stage in enumerate(stages) if stage.name and stage.name == name.lower()]
    if named:
        return named[-1]
    return int(name) if name.isascii() and name.isdigit() and len(name) < 6 and int(name) < len(stages) else None


def base(builder: Builder, action: Build, number: int, scope: Scope) -> Built:
    """The image that a stage starts from, as it is before its first instruction."""
    stage = action.dockerfile.stages[number]
    everywhere = {name: value for name, value in scope.everywhere.items() if value is not None}
    name = Scope({}, scope.escape).expand(stage.base, everywhere)
    if not name:
        raise DockerfileError(f"base name ({stage.base}) should not be blank")
    if stage.start.flag("platform"):
        raise DockerfileError("FROM --platform: this builder makes images for one platform, that of `docker build`")
    if name == SCRATCH:
        platform = action.platform
        return Built(Configuration(platform.architecture, platform.os, EPOCH), key=f"{SCRATCH} {platform}")
    earlier = _number(name, action.dockerfile.stages[:number]) if not name.isdigit() else None
    if earlier is not None:
        return builder.stages[earlier]
    image = _image(builder.images, action, name)
    diff_ids = image.configuration.rootfs.diff_ids
    layers = tuple(map(Layer, image.manifest.layers, diff_ids, image.made_by))
    return Built(image.configuration, layers, image.id)


def _image(images: Images, action: Build, name: str) -> Image:
    try:
        full = str(reference(name))
    except InvalidReference as error:
        raise DockerfileError(f'failed to parse stage name "{name}": {error}') from None
    if full not in images.names:
        raise DockerfileError(f"failed to resolve source metadata for {full}: {full}: not found")
    return images.image(full, action.platform)


def files_of(images: Images, built: Built) -> Filesystem:
    """What an instruction on this image sees: its layers under an empty upper one."""
    return union(tuple(images.entries(layer.descriptor, layer.diff_id) for layer in built.layers))


def copied_from(builder: Builder, action: Build, made: Instruction) -> Filesystem:
    """The files that a COPY --from takes its sources from."""
    name = made.flag("from")
    if "$" in name:
        raise DockerfileError(
            "variable expansion is not supported for --from, define a new stage with FROM using ARG "
            "from global scope as a workaround"
        )
    number = _number(name, action.dockerfile.stages)
    if number is not None and number < len(builder.stages) - 1:
        return files_of(builder.images, builder.stages[number])
    if number is not None:
        raise DockerfileError(f"invalid from flag value {name}: a stage can copy only from stages before it")
    try:
        image = _image(builder.images, action, name)
    except DockerfileError as error:
        raise DockerfileError(f"invalid from flag value {name}: {error}") from None
    except ImageError as error:
        raise DockerfileError(str(error)) from None
    return union(builder.images.layers(image))
