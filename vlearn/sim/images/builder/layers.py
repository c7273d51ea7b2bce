"""The three instructions that make a layer: what the cache compares of them, and what they do."""

from collections.abc import Callable
from dataclasses import dataclass
from json import dumps
from posixpath import join, normpath

from vlearn.sim.files.filesystem import Filesystem
from vlearn.sim.files.overlay.overlay import Overlay
from vlearn.sim.images.builder.bases import copied_from
from vlearn.sim.images.builder.copy import Copied, checksum, sources
from vlearn.sim.images.builder.paste import make_workdir, owner, paste
from vlearn.sim.images.builder.scope import Scope
from vlearn.sim.images.builder.settings import SHELL, command, environment
from vlearn.sim.images.builder.state import Build, Builder, Built, Run
from vlearn.sim.images.dockerfile.instruction import Instruction
from vlearn.sim.images.dockerfile.lines import heredoc_of
from vlearn.sim.images.errors import DockerfileError
from vlearn.sim.images.oci.entry import Entry

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where Docker lets a RUN look for commands unless the image says otherwise."""


@dataclass(frozen=True, slots=True)
class Work:
    """A layer to be made: `text` is for the history, `key` for the cache, `do` gives the files after it, and output."""

    text: str
    key: str
    do: Callable[[Overlay], tuple[Filesystem, str]]


def work(builder: Builder, action: Build, context: Filesystem, made: Instruction, scope: Scope, run: Run) -> Work:
    """What a RUN, COPY or ADD is going to do on the image of the stage that is under way."""
    built = builder.stages[-1]
    if made.keyword == "RUN":
        return _run(built, made, scope, run)
    return _copy(builder, action, context, made, scope)


def _run(built: Built, made: Instruction, scope: Scope, run: Run) -> Work:
    for flag, _ in made.flags:
        raise DockerfileError(f"the --{flag} option requires BuildKit, and this builder works like the classic one")
    config = built.config
    variables = environment(config)
    words = command(config, made)
    if made.heredocs and not made.exec_form:
        shell, text = config.shell or SHELL, made.arguments[0]
        if heredoc_of(text):  # the heredoc is the script
            words = (*shell, made.heredocs[0].text)
        else:
            words = (*shell, "\n".join((text, *(f"{one.content}{one.name}" for one in made.heredocs))))
    if not words:
        raise DockerfileError("RUN has no command to execute")
    workdir = config.working_dir or "/"

    def do(files: Overlay) -> tuple[Filesystem, str]:
        variables_of_run = {"PATH": PATH, **scope.run_time(variables)}
        after, output, code = run(words, make_workdir(files, workdir), variables_of_run, workdir)
        if code:
            wrong = f'process "{" ".join(words)}" did not complete successfully: exit code: {code}'
            raise DockerfileError(wrong, hint=output)
        return after, output

    shown = " ".join(words) if not made.exec_form else dumps(words, ensure_ascii=False)
    return Work(f"RUN {shown}", dumps((scope.key(variables), words, workdir)), do)


def _copy(builder: Builder, action: Build, context: Filesystem, made: Instruction, scope: Scope) -> Work:
    config, add = builder.stages[-1].config, made.keyword == "ADD"
    variables = environment(config)
    for flag, _ in made.flags:
        if flag not in ("from", "chown", "chmod", "link"):
            raise DockerfileError(f"the --{flag} option requires BuildKit, and this builder works like the classic one")
    expanded = [scope.expand(word, variables) for word in made.arguments]
    *names, destination = expanded
    inline = {one.name: one for one in made.heredocs}
    plain = tuple(name for name, raw in zip(names, made.arguments, strict=False) if not heredoc_of(raw))
    here = tuple(
        Copied(
            Entry(one.name, "file", (scope.expand_inside(one.text, variables) if one.expand else one.text).encode()),
            (one.name,),
            True,
        )
        for raw in made.arguments[:-1]
        if (word := heredoc_of(raw)) and (one := inline[word.name])
    )
    folder = destination.endswith("/") or destination in (".", "..") or destination.endswith(("/.", "/.."))
    if len(names) > 1 and not folder:
        more = "with more than one source file, the destination must be a directory and end with a /"
        raise DockerfileError(f"When using {made.keyword} {more}")
    files = copied_from(builder, action, made) if made.flag("from") else context
    copied = (*sources(files, plain, add=add), *here)
    to = normpath(join("/", config.working_dir, destination)).replace("//", "/")
    to += "/" * (folder and to != "/")
    chown, chmod = (scope.expand(made.flag(flag), variables) for flag in ("chown", "chmod"))
    flags = " ".join(f"--{flag}={value}" for flag, value in made.flags)

    def do(files: Overlay) -> tuple[Filesystem, str]:
        return paste(files, copied, to, owner(files, chown, chmod)), ""

    text = " ".join(filter(None, (made.keyword, flags, *expanded)))
    return Work(text, dumps((made.keyword, flags, chown, chmod, to, checksum(copied))), do)
