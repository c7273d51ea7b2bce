"""A question whose key is a build with a cache: which steps are executed again after a change.

Only changes are drawn about which Docker's classic builder and BuildKit agree, and only steps that make layers asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.images_scenes import Project, build_here, builder_with, built, outcomes
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification
from vlearn.questions.replay import Replay
from vlearn.sim.images.builder.state import Builder
from vlearn.trace import run
from vlearn.views.images_build import draw_build

CATEGORIES = ("executed again", "taken from the cache")
ALL_ALIKE = 0.3
"""How many are kept of the variants in which all steps have the same answer: they are most of those drawn."""
TAGS = ("3.20", "3.21", "3.22", "3.23")
TOOLS = ("curl", "git", "make", "openssl", "rsync", "tini", "unzip", "zip")


@dataclass(frozen=True, slots=True)
class Language:
    """How a program of some language is built: its list of dependencies, the command that reads it, sources, a step."""

    listing: str
    install: str
    source: str
    compiles: str
    start: str


LANGUAGES = (
    Language("requirements.txt", "pip install -r requirements.txt", "app.py", "python -m compileall .", "python"),
    Language("package.json", "npm install", "index.js", "npm run build", "node"),
    Language("Gemfile", "bundle install", "app.rb", "rake assets", "ruby"),
    Language("composer.json", "composer install", "index.php", "php bin/warm-up", "php"),
    Language("go.mod", "go mod download", "main.go", "go build -o app .", "/src/app"),
)
_RULE = (
    "An instruction comes from the cache if it is the same, and the image below it is: of a RUN the text counts, of a"
    " COPY also names, modes and contents of its files, but no times. From the first miss on, all that follows is"
    " executed again."
)


@dataclass(frozen=True, slots=True)
class Change:
    """What happens between two builds, in words, and the second build; `base` says that the base image is another."""

    words: str
    project: Project
    no_cache: bool = False
    base: str = ""


def steps_rebuilt(rng: Random) -> Posed:
    """Which RUN and COPY steps does a second build execute again, after one change?"""
    while True:
        project, language = _project(rng)
        change = rng.choice(_CHANGES)(rng, project, language)
        first = _built_before(project, change)
        second = run(build_here, first, [change.project.build(no_cache=change.no_cache)]).final
        asked = [one for one in outcomes(second) if one.layer]
        if len({one.cached for one in asked}) == 2 or rng.random() < ALL_ALIKE:
            break
    order = rng.sample(asked, len(asked))
    key = tuple(int(one.cached) for one in order)
    prompt = (
        Text(f"An image has just been built from this Dockerfile, beside which lie {_listed(project)}."),
        project.code,
        Text(
            f"Then {change.words}, and it is built once more on the same host. Which of these steps are executed again?"
        ),
    )
    misses = [one for one in asked if not one.cached]
    told = f"Here the first miss is `{misses[0].text}`." if misses else "Here nothing misses the cache."
    rows = tuple((one.text, CATEGORIES[one.cached]) for one in asked)
    solution = (Text(f"{_RULE} {told}"), Table(("Step", "Second build"), rows))
    replay = Replay(build_here, first, (change.project.build(no_cache=change.no_cache),), draw_build)
    return Posed(prompt, Classification(CATEGORIES, tuple(f"`{one.text}`" for one in order), key), solution, replay)


def _built_before(project: Project, change: Change) -> Builder:
    """The builder after the first build and what has happened since: there may be a newer base image by now."""
    name = project.lines[0].split()[1]
    first = built(project, builder_with(name))
    if not change.base:
        return first
    newer = builder_with(name, version=change.base).images
    return replace(first, images=first.images.add(newer.blobs.values()).tag(*next(iter(newer.names.items()))))


def _project(rng: Random) -> tuple[Project, Language]:
    """A Dockerfile: tools and dependencies before or after the sources."""
    language = rng.choice(LANGUAGES)
    tool = rng.choice(TOOLS)
    tools = f"RUN apk add {tool}"
    listing, install = f"COPY {language.listing} .", f"RUN {language.install}"
    whole, compiles = "COPY . .", f"RUN {language.compiles}"
    folder = rng.choice(("static", "templates", "config"))
    part = f"COPY {folder} {folder}"
    shapes = (
        (tools, listing, install, whole, compiles),
        (whole, tools, install, compiles),
        (tools, whole, install, compiles),
        (listing, install, tools, part, f"COPY {language.source} .", compiles),
        (part, listing, install, f"COPY {language.source} .", compiles, tools),
        (listing, install, part, tools, whole, compiles),
    )
    lines = (f"FROM alpine:{rng.choice(TAGS)}", "WORKDIR /src", *rng.choice(shapes), f'CMD ["{language.start}"]')
    texts = tuple((path, "1") for path in (language.listing, language.source, f"{folder}/a.txt", "README.md"))
    return Project(lines, texts, ("README.md",) if rng.random() < 0.6 else ()), language


def _listed(project: Project) -> str:
    names = [f"`{path}`" for path, _ in project.texts]
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed}, and a `.dockerignore` with the line `{project.ignored[0]}`" if project.ignored else listed


def _edited(rng: Random, project: Project, _: Language) -> Change:
    path = rng.choice([path for path, _ in project.texts])
    return Change(f"a line of `{path}` is changed", project.with_text(path, "2"))


def _touched(rng: Random, project: Project, _: Language) -> Change:
    words = "all files get today's date by `touch`, and nothing else changes"
    return Change(words, replace(project, time=rng.randrange(1, 10**9)))


def _executable(_: Random, project: Project, language: Language) -> Change:
    words = f"`{language.source}` is made executable by `chmod +x`"
    return Change(words, replace(project, modes=((language.source, 0o755),)))


def _run_changed(rng: Random, project: Project, _: Language) -> Change:
    old = rng.choice([line for line in project.lines if line.startswith("RUN")])
    words = f"the option `--quiet` is put at the end of the line `{old}`"
    return Change(words, project.with_line(old, f"{old} --quiet"))


def _start_changed(_: Random, project: Project, language: Language) -> Change:
    old = project.lines[-1]
    new = f'CMD ["{language.start}", "--debug"]'
    return Change(f"the last line becomes `{new}`", project.with_line(old, new))


def _newer_package(_: Random, project: Project, __: Language) -> Change:
    return Change("newer versions of all packages appear on the servers that they are fetched from", project)


def _newer_base(rng: Random, project: Project, _: Language) -> Change:
    name = project.lines[0].split()[1]
    words = f"`docker pull {name}` brings a newer image under the same name"
    return Change(words, project, base=str(rng.random()))


def _no_cache(_: Random, project: Project, __: Language) -> Change:
    return Change("nothing is changed, but the option `--no-cache` is given", project, no_cache=True)


_CHANGES: tuple[Callable[[Random, Project, Language], Change], ...] = (
    *(_edited,) * 6, *(_run_changed,) * 3,
    _touched, _executable, _start_changed, _newer_package, _newer_base, _no_cache,
)  # fmt: skip
