"""docker build as steps: each instruction taken from the cache or executed, and the layer that it makes.

The cache follows the rules of Docker's classic builder. An instruction is found in it if one with the same text, after
variables are put in, was executed on the same image; for COPY and ADD the checksum of the files counts too, for RUN the
values of all ARGs in scope, used or not. So what changes is made anew with all that follows it. RUN's effects do not
count: `apt-get update` is found as long as its text is the same. BuildKit differs in this: LABEL, CMD and the like
invalidate nothing after them there, and stages that the target does not need are passed over (here all up to it are
built). Only RUN, COPY and ADD make layers; the directory of a WORKDIR, which Docker puts into an empty layer of its
own, is made in the layer of the next RUN. Left out: build secrets and other mounts, ADD of URLs, --platform of a FROM.
"""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from msgspec import structs

from vlearn.sim.files.filesystem import Filesystem
from vlearn.sim.files.overlay.overlay import Overlay
from vlearn.sim.images.builder.bases import base, files_of, wanted
from vlearn.sim.images.builder.context import sent
from vlearn.sim.images.builder.layers import Work, work
from vlearn.sim.images.builder.scope import Scope
from vlearn.sim.images.builder.settings import SETTINGS, environment
from vlearn.sim.images.builder.state import Build, Builder, Built, Layer, Outcome, Run
from vlearn.sim.images.builder.union import changes
from vlearn.sim.images.dockerfile.instruction import Instruction, Stage
from vlearn.sim.images.dockerfile.parse import parse
from vlearn.sim.images.errors import DockerfileError, ImageError
from vlearn.sim.images.oci.documents import LAYER_GZIP, Config, Descriptor, History, RootFS
from vlearn.sim.images.oci.write_tar import compressed, digest, tar_of
from vlearn.sim.images.reference import reference
from vlearn.trace import Event, Step


def build(builder: Builder, action: Build, run: Run) -> Iterator[Step[Builder]]:
    """The steps of one build; with `run` bound by functools.partial it is a Model.

    The last event is `built`, or `failed` with what `docker build` prints in the state's `error`.
    """
    tag = str(reference(action.tag)) if action.tag else ""
    builder = replace(builder, stages=(), outcomes=(), output=(), image=None, error="")
    context = sent(action.context, action.ignore)
    scope = Scope(dict(action.arguments), action.dockerfile.escape)
    at = action.dockerfile.stages[0].start
    try:
        for at in action.dockerfile.arguments:
            scope = scope.declare(at, {})
        for number, stage in enumerate(wanted(action)):
            at = stage.start
            builder = replace(builder, stages=(*builder.stages, base(builder, action, number, scope.closed())))
            instructions = (*_triggers(builder, at), *stage.instructions)
            builder = _untriggered(builder)
            begun = _from(builder, action, number, stage, len(instructions) + 1)
            builder = begun.state
            yield begun
            inside = scope.closed()
            for n, at in enumerate(instructions, 2):
                label = f"[{_stage(action, number)}{n}/{len(instructions) + 1}]"
                if at.keyword == "ARG":
                    inside = inside.declare(at, environment(builder.stages[-1].config))
                for step in _instruction(builder, action, context, at, inside, run, label):
                    builder = step.state
                    yield step
    except (DockerfileError, ImageError) as error:
        fault = error if isinstance(error, DockerfileError) else DockerfileError(str(error))
        located = fault if fault.first else fault.located(at.first, at.last, action.dockerfile.source)
        failed = replace(builder, error=located.excerpt(), output=(*builder.output, *filter(None, (fault.hint,))))
        yield Step(Event("failed", f"ERROR: failed to solve: {fault.message}", (f"line {located.first}",)), failed)
        return
    yield _built(builder, tag)


def _stage(action: Build, number: int) -> str:
    """What BuildKit writes before the count: the stage's name, if there are several."""
    stages = action.dockerfile.stages
    return f"{stages[number].name or f'stage-{number}'} " if len(stages) > 1 else ""


def _from(builder: Builder, action: Build, number: int, stage: Stage, count: int) -> Step[Builder]:
    text = f"[{_stage(action, number)}1/{count}] {stage.start.text}"
    outcome = Outcome(number, stage.start.first, stage.start.text, cached=False)
    builder = replace(builder, outcomes=(*builder.outcomes, outcome))
    return Step(Event("from", text, builder.stages[-1].configuration.rootfs.diff_ids[-1:]), builder)


def _triggers(builder: Builder, start: Instruction) -> tuple[Instruction, ...]:
    """The ONBUILD instructions of the base image, which are executed first and once; they belong to the FROM's line."""
    built = builder.stages[-1]
    found = built.config.on_build or ()
    if not found:
        return ()
    made = parse("\n".join(("FROM scratch", *found))).stages[0].instructions
    return tuple(replace(one, first=start.first, last=start.last) for one in made)


def _untriggered(builder: Builder) -> Builder:
    """The stage without the ONBUILD instructions of its base: its image has only its own."""
    *others, built = builder.stages
    if not built.config.on_build:
        return builder
    configuration = structs.replace(built.configuration, config=structs.replace(built.config, on_build=None))
    return replace(builder, stages=(*others, replace(built, configuration=configuration)))


def _instruction(
    builder: Builder, action: Build, context: Filesystem, made: Instruction, scope: Scope, run: Run, label: str
) -> Iterator[Step[Builder]]:
    """One instruction: from the cache, or executed. The last step's state has the stage's image after it."""
    built = builder.stages[-1]
    config = built.config
    task: Work | None = None
    if made.keyword in SETTINGS:
        after, shown = SETTINGS[made.keyword](config, made, lambda text: scope.expand(text, environment(config)))
        text = key = f"{made.keyword} {shown}"
        if made.keyword == "ENTRYPOINT" and not _has_cmd(builder, made, action):
            after = structs.replace(after, cmd=None)  # a CMD of the base image was meant for its own entrypoint
    elif made.keyword == "ARG":
        after, text = config, made.text
        key = text
    else:
        task = work(builder, action, context, made, scope, run)
        after, text, key = config, task.text, task.key
    lookup = sha256(f"{built.key}\n{made.keyword}\n{key}".encode()).hexdigest()
    found = None if action.no_cache else builder.cache.get(lookup)
    if found is not None and all(layer.descriptor.digest in builder.images.blobs for layer in found.layers):
        yield _step("cached", f"CACHED {label} {made.text}", builder, found, made, lookup, cached=True)
        return
    # an instruction that is executed again leads to another image, even if the files are the same
    before = builder.cache.get(lookup)
    fresh = lookup if before is None else sha256(f"again {before.key}".encode()).hexdigest()
    if task is None:
        history = History(action.created, text, empty_layer=True)
        yield _step("setting", f"{label} {made.text}", builder, _with(built, after, history, fresh), made, lookup)
        return
    files = files_of(builder.images, built)
    assert isinstance(files, Overlay)
    changed, output = task.do(files)
    kind = "run" if made.keyword == "RUN" else "copy"
    builder = replace(builder, output=(*builder.output, *filter(None, (output,))))
    yield Step(
        Event(kind, f"{label} {made.text}{': ' * bool(output)}{output.rstrip()}", (f"line {made.first}",)), builder
    )
    tar = tar_of(changes(changed))
    blob = compressed(tar)
    layer = Layer(Descriptor(LAYER_GZIP, digest(blob), len(blob)), digest(tar), text)
    builder = replace(builder, images=builder.images.add((blob,)))
    made_image = _with(built, after, History(action.created, text), fresh, layer)
    told = f"{label} layer {layer.diff_id[7:19]}, {len(tar)} bytes, {len(blob)} compressed"
    yield _step("layer", told, builder, made_image, made, lookup)


def _has_cmd(builder: Builder, made: Instruction, action: Build) -> bool:
    """Whether this stage has a CMD before this ENTRYPOINT."""
    inside = action.dockerfile.stages[len(builder.stages) - 1].instructions
    return any(other.keyword == "CMD" and other.first < made.first for other in inside)


def _with(built: Built, config: Config, history: History, key: str, layer: Layer | None = None) -> Built:
    """The image after an instruction."""
    before, layers = built.configuration, (*built.layers, *filter(None, (layer,)))
    configuration = structs.replace(
        before,
        created=history.created,
        config=config,
        rootfs=RootFS("layers", tuple(one.diff_id for one in layers)),
        history=(*(before.history or ()), history),
    )
    return Built(configuration, layers, key)


def _step(
    kind: str, text: str, builder: Builder, built: Built, made: Instruction, lookup: str, *, cached: bool = False
) -> Step[Builder]:
    new = built.layers[len(builder.stages[-1].layers) :]
    layer, size = (new[-1].diff_id, new[-1].descriptor.size) if new else ("", 0)
    outcome = Outcome(len(builder.stages) - 1, made.first, made.text, cached, layer, size)
    state = replace(
        builder,
        stages=(*builder.stages[:-1], built),
        outcomes=(*builder.outcomes, outcome),
        cache=builder.cache if cached else builder.cache.set(lookup, built),
    )
    return Step(Event(kind, text, (f"line {made.first}", *filter(None, (layer,)))), state)


def _built(builder: Builder, tag: str) -> Step[Builder]:
    """The last stage as an image, under its name if it has one."""
    built = builder.stages[-1]
    layers = ((layer.descriptor, builder.images.blobs[layer.descriptor.digest]) for layer in built.layers)
    images, descriptor = builder.images.with_image(tag, built.configuration, layers)
    text = f"writing image {built.id}{f', naming to {tag}' if tag else ''}"
    return Step(Event("built", text, (descriptor.digest,)), replace(builder, images=images, image=descriptor))
