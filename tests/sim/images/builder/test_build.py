"""Builds: which layers are made, what the cache finds, and what fails in which words."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.images.builder.commands import run
from vlearn.sim.files.entries import filesystem_of
from vlearn.sim.files.filesystem import Filesystem
from vlearn.sim.files.plain import Plain
from vlearn.sim.images.builder.build import build
from vlearn.sim.images.builder.state import Build, Builder
from vlearn.sim.images.builder.union import entries_from, image_files
from vlearn.sim.images.dockerfile.forms import FORMS
from vlearn.sim.images.dockerfile.parse import parse
from vlearn.sim.images.errors import DockerfileError
from vlearn.sim.images.ignore import read_ignore
from vlearn.sim.images.oci.documents import LAYER_GZIP, Config, Configuration, Descriptor, RootFS
from vlearn.sim.images.oci.image import Images
from vlearn.sim.images.oci.write_tar import compressed, digest, tar_of
from vlearn.trace import Trace
from vlearn.trace import run as play

MODEL = partial(build, run=run)
APP = """\
FROM scratch
ENV A=1
WORKDIR /app
COPY requirements.txt .
RUN echo installed > deps
COPY . .
RUN rm requirements.txt && echo $A > a
CMD ["python", "app.py"]
"""


def context(**files: str) -> Plain:
    return filesystem_of(
        {"path": name.replace("__", "/").replace("_", "."), "type": "file", "content": text}
        for name, text in files.items()
    )


FILES = context(requirements_txt="flask", app_py="print()", src__a_py="1")


def built(*builds: Build, builder: Builder | None = None) -> Trace[Builder]:
    return play(MODEL, builder or Builder(), builds)


def cached(trace: Trace[Builder]) -> str:
    """C for each instruction from the cache, x for one that was executed; FROM does not count."""
    return "".join("C" if one.cached else "x" for one in trace.final.outcomes if not one.text.startswith("FROM"))


def view(trace: Trace[Builder]) -> dict[str, bytes]:
    """The files of the built image with their contents."""
    images = trace.final.images
    assert trace.final.image is not None
    files, found, todo = image_files(images, images.of(trace.final.image)), {}, [()]
    while todo:
        path = todo.pop()
        if files.kind(path) == "dir":
            todo += [(*path, name) for name in files.entries(path)]
        else:
            found["/".join(path)] = (
                files.read(path) if files.kind(path) == "file" else b"-> " + files.readlink(path).encode()
            )
    return found


def test_only_run_copy_and_add_make_layers() -> None:
    final = built(Build(parse(APP), FILES, tag="app")).final
    image = final.images.image("docker.io/library/app:latest")
    history = image.configuration.history or ()
    assert [line.created_by.split()[0] for line in history if not line.empty_layer] == ["COPY", "RUN", "COPY", "RUN"]
    assert [line.created_by.split()[0] for line in history if line.empty_layer] == ["ENV", "WORKDIR", "CMD"]
    assert len(image.manifest.layers) == len(image.configuration.rootfs.diff_ids) == 4


def test_the_image_is_the_merge_of_its_layers_and_a_deletion_is_a_whiteout() -> None:
    trace = built(Build(parse(APP), FILES, tag="app"))
    assert view(trace) == {"app/app.py": b"print()", "app/src/a.py": b"1", "app/deps": b"installed\n", "app/a": b"1\n"}
    top = trace.final.images.layer(trace.final.images.image("docker.io/library/app:latest"), 3)
    assert {(entry.path, entry.kind) for entry in top} == {
        ("app", "dir"), ("app/requirements.txt", "whiteout"), ("app/a", "file")
    }  # fmt: skip


CHANGES = [
    ("nothing", {}, "CCCCCCC"),
    ("a touched file", {"context": FILES.utime(("app.py",), 99)}, "CCCCCCC"),
    ("app.py", {"context": context(requirements_txt="flask", app_py="print(2)", src__a_py="1")}, "CCCCxxx"),
    ("a mode", {"context": FILES.chmod(("app.py",), 0o755)}, "CCCCxxx"),
    ("requirements.txt", {"context": context(requirements_txt="django", app_py="print()", src__a_py="1")}, "CCxxxxx"),
    ("an ignored file", {"context": FILES.create(("x.log",)), "ignore": read_ignore("*.log")}, "CCCCCCC"),
    ("a new file", {"context": FILES.create(("x.log",))}, "CCCCxxx"),
    ("ENV", {"dockerfile": parse(APP.replace("A=1", "A=2"))}, "xxxxxxx"),
    ("the text of a RUN", {"dockerfile": parse(APP.replace("installed", "Installed"))}, "CCCxxxx"),
    ("only blanks and a comment", {"dockerfile": parse(APP.replace("COPY .", "# why\nCOPY   ."))}, "CCCCCCC"),
    ("CMD", {"dockerfile": parse(APP.replace("app.py", "b.py"))}, "CCCCCCx"),
    ("--no-cache", {"no_cache": True}, "xxxxxxx"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change", "expected"), CHANGES, ids=[row[0] for row in CHANGES])
def test_what_changes_is_made_anew_with_all_that_follows_it(
    what: str, change: dict[str, object], expected: str
) -> None:
    first = Build(parse(APP), FILES)
    assert cached(built(first, replace(first, **change))) == expected, what


ARGS = "FROM scratch\nRUN echo a > a\nARG V=1\nRUN echo b > b\nRUN echo $V > v"


def test_another_value_of_an_arg_invalidates_every_run_after_it_whether_it_is_used_or_not() -> None:
    first, other = Build(parse(ARGS)), Build(parse(ARGS), arguments=(("V", "2"),))
    assert cached(built(first, other)) == "CCxx"
    assert view(built(first, other))["v"] == b"2\n"
    proxy = Build(parse(ARGS), arguments=(("HTTP_PROXY", "http://p"),))
    assert cached(built(first, proxy)) == "CCCC"


def test_after_no_cache_nothing_old_is_found_on_top_of_what_is_new() -> None:
    half = Build(parse("FROM scratch\nRUN echo a > a"), no_cache=True)
    whole = Build(parse("FROM scratch\nRUN echo a > a\nRUN echo b > b"))
    assert cached(built(whole, half, whole)) == "Cx"
    assert cached(built(whole, replace(whole, no_cache=True), half, whole)) == "Cx"


def test_an_image_has_the_triggers_of_its_own_stage_alone() -> None:
    builder = base(Config(on_build=("RUN echo t > triggered",)), f="old")
    for lines, expected in (("", None), ("\nONBUILD RUN echo mine\nCMD x", ("RUN echo mine",))):
        trace = built(Build(parse(f"FROM base{lines}"), tag="x"), builder=builder)
        assert trace.final.images.image("docker.io/library/x:latest").configuration.run.on_build == expected


def test_equal_builds_give_equal_images_on_every_builder() -> None:
    first, second = built(Build(parse(APP), FILES)).final, built(Build(parse(APP), FILES)).final
    assert first.image == second.image
    assert first.stages[-1].id == second.stages[-1].id


STAGES = """\
ARG BASE=scratch
FROM $BASE AS build
COPY . /src
RUN mkdir /out && echo binary > /out/app
FROM scratch AS test
COPY --from=build /src/app.py /t/
FROM scratch
COPY --from=build /out/ /bin/
COPY --from=1 /t/app.py /bin/tests
"""


def test_copy_from_takes_files_of_earlier_stages_and_nothing_else_of_them() -> None:
    trace = built(Build(parse(STAGES), FILES))
    assert view(trace) == {"bin/app": b"binary\n", "bin/tests": b"print()"}
    assert len(trace.final.stages[-1].layers) == 2
    assert view(built(Build(parse(STAGES), FILES, target="test"))) == {"t/app.py": b"print()"}


def base(config: Config, **files: str) -> Builder:
    """A builder that has an image `base` of one layer."""
    tar = tar_of(entries_from({"path": name, "type": "file", "content": text} for name, text in files.items()))
    blob = compressed(tar)
    configuration = Configuration("amd64", "linux", config=config, rootfs=RootFS("layers", (digest(tar),)))
    layers = [(Descriptor(LAYER_GZIP, digest(blob), len(blob)), blob)]
    return Builder(images=Images().with_image("docker.io/library/base:latest", configuration, layers)[0])


def test_a_stage_goes_on_where_its_base_image_ended() -> None:
    builder = base(Config(env=("A=0",), cmd=("old",), entrypoint=("e",), on_build=("RUN echo t > triggered",)), f="old")
    trace = built(Build(parse('FROM base\nRUN echo $A > f\nENTRYPOINT ["new"]'), tag="x"), builder=builder)
    image = trace.final.images.image("docker.io/library/x:latest")
    assert view(trace) == {"f": b"0\n", "triggered": b"t\n"}
    assert (image.configuration.run.entrypoint, image.configuration.run.cmd) == (("new",), None)
    assert image.configuration.run.on_build is None
    assert image.manifest.layers[0] == builder.images.image("docker.io/library/base:latest").manifest.layers[0]


COPIES = [
    ("COPY app.py /x", {"x": b"print()"}),
    ("COPY app.py /x/", {"x/app.py": b"print()"}),
    ("COPY src /x", {"x/a.py": b"1"}),
    ("COPY *.py requirements.txt /x/", {"x/app.py": b"print()", "x/requirements.txt": b"flask"}),
    ("COPY s*/?.py /x/", {"x/a.py": b"1"}),
    ("COPY nothing*.py /x/", {}),
    ('COPY ["app.py", "/a b"]', {"a b": b"print()"}),
    ("WORKDIR /w\nCOPY app.py sub/", {"w/sub/app.py": b"print()"}),
    ("COPY <<f /x\none $HOME\nf", {"x": b"one \n"}),
    ("COPY <<'f' /x/\none $HOME\nf", {"x/f": b"one $HOME\n"}),
    ("RUN <<EOF\necho a > b\nEOF", {"b": b"a\n"}),
    ("RUN mkdir /d\nCOPY app.py /d", {"d/app.py": b"print()"}),
    ("COPY --chmod=600 app.py /x\nCOPY src/a.py /x", {"x": b"1"}),
]


@pytest.mark.parametrize(("lines", "expected"), COPIES, ids=[row[0] for row in COPIES])
def test_copy_puts_files_where_docker_puts_them(lines: str, expected: dict[str, bytes]) -> None:
    assert view(built(Build(parse(f"FROM scratch\n{lines}"), FILES))) == expected


FAILURES = [
    ("FROM nope", 1, "failed to resolve source metadata for docker.io/library/nope:latest: "
     "docker.io/library/nope:latest: not found"),
    ("FROM $X", 1, "base name ($X) should not be blank"),
    ("FROM scratch\nCOPY no.py /", 2, 'failed to compute cache key: failed to calculate checksum of ref: '
     '"/no.py": not found'),
    ("FROM scratch\nCOPY app.py src /x", 2, "When using COPY with more than one source file, the destination must be "
     "a directory and end with a /"),
    ("FROM scratch\nRUN true\nRUN false", 3, 'process "/bin/sh -c false" did not complete successfully: exit code: 1'),
    ("FROM scratch\nRUN nosuch", 2, 'process "/bin/sh -c nosuch" did not complete successfully: exit code: 127'),
    ("FROM scratch\nENV A=aaaaaaaa\n" + "ENV A=$A$A$A$A$A$A$A$A\n" * 9, 7, 'failed to process "$A$A$A$A$A$A$A$A": '
     "the text grows to more than 131072 letters"),
    ("FROM scratch\nEXPOSE 80 # why", 2, "invalid containerPort: #"),
    ("FROM scratch\nUSER ${X:?set it}", 2, 'failed to process "${X:?set it}": X: set it'),
    ("FROM scratch\nCOPY --chown=nobody app.py /", 2, "unable to convert uid/gid chown string to host mapping: "
     "can't find uid for user nobody"),
    ("FROM scratch\nCOPY app.py /d\nCOPY src /d", 3, "cannot copy to non-directory: /d"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), FAILURES, ids=[row[2][-30:] for row in FAILURES])
def test_a_build_that_fails_says_so_in_its_last_event_with_the_line(text: str, line: int, message: str) -> None:
    trace = built(Build(parse(text), FILES))
    assert trace.kinds[-1] == "failed"
    assert trace.steps[-1].event.text == f"ERROR: failed to solve: {message}"
    assert trace.final.error.startswith(f"Dockerfile:{line}\n")
    assert trace.final.image is None


def test_what_was_made_before_a_failure_stays_in_the_cache() -> None:
    trace = built(Build(parse("FROM scratch\nRUN echo a > a\nRUN false")), Build(parse("FROM scratch\nRUN echo a > a")))
    assert cached(trace) == "C"


def test_add_unpacks_a_tar_and_copy_does_not() -> None:
    packed = filesystem_of(
        [
            {
                "path": "a.tar.gz",
                "type": "file",
                "content": compressed(tar_of(entries_from([{"path": "in/x", "type": "file", "content": "1"}]))),
            }
        ]
    )
    assert view(built(Build(parse("FROM scratch\nADD a.tar.gz /to/"), packed))) == {"to/in/x": b"1"}
    assert list(view(built(Build(parse("FROM scratch\nCOPY a.tar.gz /to/"), packed)))) == ["to/a.tar.gz"]


LINES = st.sampled_from(
    ["ENV A=1", "ENV A=2", "ARG V=3", "RUN echo $A$V > f", "RUN touch g", "RUN rm -rf src", "COPY . /",
     "COPY src/a.py /",
     "WORKDIR /w", "CMD x", "RUN mkdir -p d && touch d/x", "RUN rm -rf d"]
)  # fmt: skip
FILE = st.lists(LINES, max_size=7).map(lambda lines: "\n".join(("FROM scratch", *lines)))


@settings(deadline=None, max_examples=40)
@given(st.lists(FILE, min_size=1, max_size=3))
def test_with_the_cache_and_without_it_a_dockerfile_gives_the_same_image(texts: list[str]) -> None:
    warm = built(*(Build(parse(text), FILES) for text in texts)).final
    cold = built(Build(parse(texts[-1]), FILES)).final
    assert warm.image == cold.image
    assert warm.error == cold.error == ""


PATHS = [
    "app.py",
    "src",
    "src/",
    "/",
    ".",
    "..",
    "../x",
    "*",
    "[",
    "?",
    "$A",
    "${A:-b}",
    "${",
    "'",
    '"',
    "A=1",
    "80",
    "80/x",
    "[]",
    "é",
    "#",
    "\\",
]
FLAGS = ["--from=0", "--from=s", "--chown=1:2", "--chmod=9", "--link", "NONE", "CMD", "<<f"]
WORDS = st.sampled_from([*PATHS, *FLAGS, "x y", "a" * 300, '["a", "/b"]'])
KEYWORDS = st.sampled_from([*FORMS, "COPY", "ADD", "RUN", "FROM scratch AS s\nCOPY"])
LINE = st.builds(lambda keyword, words: " ".join((keyword, *words)), KEYWORDS, st.lists(WORDS, max_size=4))


def idle(
    words: tuple[str, ...], files: Filesystem, env: Mapping[str, str], workdir: str
) -> tuple[Filesystem, str, int]:
    return files, "", 0


@settings(deadline=None, max_examples=150)
@given(st.lists(LINE, max_size=5))
def test_whatever_a_dockerfile_asks_the_build_ends_with_an_image_or_an_event(lines: list[str]) -> None:
    try:
        dockerfile = parse("\n".join(("FROM scratch", *lines)))
    except DockerfileError:
        dockerfile = parse("FROM scratch")
    trace = play(partial(build, run=idle), Builder(), [Build(dockerfile, FILES)])
    assert trace.kinds[-1] in ("built", "failed")
    assert (trace.final.image is None) == bool(trace.final.error)


def test_the_steps_of_a_build_are_told_in_order() -> None:
    trace = built(Build(parse("FROM scratch\nENV A=1\nRUN echo hello"), tag="x:1"))
    assert trace.kinds == ("from", "setting", "run", "layer", "built")
    assert trace.final.output == ("hello\n",)
    assert [(one.line, one.text.split()[0]) for one in trace.final.outcomes] == [(1, "FROM"), (2, "ENV"), (3, "RUN")]
    assert [step.event.text.split("]")[0] for step in trace.steps[:4]] == ["[1/3", "[2/3", "[3/3", "[3/3"]
