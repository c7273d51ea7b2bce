"""A question whose key is how many layers an image has: what each line of a Dockerfile makes, in one stage or two."""

from fractions import Fraction
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.images_scenes import Project, build_here, builder_with, built, outcomes
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.questions.replay import Replay
from vlearn.sim.images.builder.state import Build, Builder
from vlearn.sim.images.dockerfile.parse import parse
from vlearn.trace import run
from vlearn.views.images_build import draw_build


def count_layers(rng: Random) -> Posed:
    """How many layers has the image: of one stage, or the last of two, on a base with some layers of its own?"""
    bases = rng.randrange(1, 5)
    lines = _body(rng)
    if rng.random() < 0.5:
        first = ["FROM base AS build", *_body(rng)]
        at = rng.randrange(len(lines) + 1)
        lines = [*first, "FROM base", *lines[:at], "COPY --from=build /src/app /app", *lines[at:]]
        lines.insert(1, "COPY app /src/app")
    else:
        lines = ["FROM base", *lines]
    lines.append('CMD ["/app"]')
    source = "\n".join(lines)
    start = _based(bases)
    project = Project(tuple(lines), (("app", "1"), ("conf", "2"), ("site.tar", "3")))
    final = built(project, start)
    value = len(final.stages[-1].layers)
    stages = len(parse(source).stages)
    prompt = (
        Text(f"The image `base` has {bases} layer{'s' * (bases > 1)}. How many layers has the image built from this?"),
        project.code,
    )
    own = [one for one in outcomes(final) if one.layer and one.stage == stages - 1]
    made = "; ".join(f"`{one.text}`" for one in own) or "none"
    left = " What the first stage made stays in the build cache, except for the file that is copied." * (stages > 1)
    solution = Text(
        f"RUN, COPY and ADD each make a layer; the other instructions change settings only. {bases} from the base, and"
        f" {len(own)} of the {'last stage' if stages > 1 else 'Dockerfile'} ({made}): {value}.{left}"
    )
    replay = Replay(build_here, start, (project.build(),), draw_build)
    return Posed(prompt, Numeric(Fraction(value), unit="layers"), (solution,), replay)


def _based(layers: int) -> Builder:
    """A builder with an image `base` of so many layers."""
    made = "\n".join(("FROM one", *(f"RUN make layer{n}" for n in range(1, layers))))
    final = run(build_here, builder_with("one"), [Build(parse(made), tag="base")]).final
    return Builder(final.images)


def _body(rng: Random) -> list[str]:
    layers = rng.sample(
        ["RUN apk add tini", "COPY conf /etc/app.conf", "ADD site.tar /site/", "RUN adduser -D app",
         "RUN apk add make && make -v", "RUN mkdir /data", "COPY conf site.tar /opt/"],
        rng.randrange(1, 5),
    )  # fmt: skip
    settings = rng.sample(
        ["ENV PORT=8080", "EXPOSE 8080", 'LABEL team="web"', "VOLUME /data", "HEALTHCHECK NONE", "STOPSIGNAL SIGINT",
         "ENV MODE=production LEVEL=2", 'ENTRYPOINT ["/sbin/tini"]'],
        rng.randrange(1, 5),
    )  # fmt: skip
    lines = layers + settings
    rng.shuffle(lines)
    return lines
