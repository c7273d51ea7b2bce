"""The exercises of chapter 11. Each check builds the student's Dockerfile or types the commands on a host."""

import re
from typing import Any

from vlearn.errors import ModelError
from vlearn.lab.exercise import Exercise, Hint
from vlearn.lab.exercises.ch11_builds import CHANGED, PAGES, SOURCES, Files, built, changed_only, files_of, mode_of
from vlearn.lab.exercises.ch11_hosts import by_name, compose_file
from vlearn.render.markdown import escaped
from vlearn.sim.images.builder.state import Builder
from vlearn.sim.images.dockerfile.comments import hint
from vlearn.sim.images.errors import DockerfileError

HTML = "usr/share/nginx/html"
MOST_LINES = 12


def _hint(error: Exception) -> Hint:
    """What `docker build` prints, and what it has to do with a `#`."""
    if not isinstance(error, DockerfileError):
        return Hint(escaped(str(error)))
    return Hint(f"```\n{error.excerpt()}\n```\n\n{error.hint}")


def _failed(builder: Builder, text: str) -> Hint:
    said = "\n".join((*(line.rstrip() for line in builder.output[-1:]), builder.error)).strip()
    line = re.match(r"Dockerfile:(\d+)", builder.error)
    return Hint(f"The build fails.\n\n```\n{said}\n```\n\n{hint(text, int(line[1])) if line else ''}")


def _repair(answer: Any) -> Hint | None:
    if not isinstance(answer, str):
        return Hint("The answer is the text of a Dockerfile.")
    try:
        final = built(answer, PAGES).final
    except ModelError as error:
        return _hint(error)
    if final.error:
        return _failed(final, answer)
    config, files = final.stages[-1].config, files_of(final)
    if config.working_dir != f"/{HTML}":
        return Hint(f"It builds. But the working directory is `{config.working_dir}`. Where does that come from?")
    if config.cmd != ("nginx", "-g", "daemon off;"):
        return Hint(f"It builds. But its containers would execute `{config.cmd}`. Is that a JSON array?")
    if list(config.exposed_ports or ()) != ["80/tcp"]:
        return Hint(
            f"It builds. But it exposes {', '.join(config.exposed_ports or ()) or 'nothing'}, not just port 80."
        )
    missing = [name for name in ("index.html", "state.txt") if f"{HTML}/{name}" not in files]
    if missing:
        return Hint(f"It builds. But `{missing[0]}` is not among the pages. All lines of the original are needed.")
    if f"{HTML}/50x.html" in files or len([path for path in files if path.startswith(HTML)]) > 2:
        return Hint("It builds. But there are more pages than the two that are meant.")
    if mode_of(final, f"{HTML}/state.txt") != 0o600:
        return Hint("It builds. But `state.txt` can be read by others: the second page was for nobody else.")
    return None


def _order(answer: Any) -> Hint | None:
    if not isinstance(answer, str):
        return Hint("The answer is the text of a Dockerfile.")
    try:
        first = built(answer, SOURCES).final
        if first.error:
            return _failed(first, answer)
        second = built(answer, CHANGED, first).final
        third = built(answer, {**CHANGED, "requirements.txt": "flask\nredis\n"}, second).final
    except ModelError as error:
        return _hint(error)
    files = files_of(second)
    for path in ("app/app.py", "app/installed.txt", "app/compiled.txt"):
        if path not in files:
            return Hint(f"It builds, but `/{path}` is missing. The image has to hold what it held before.")
    if files["app/app.py"] != CHANGED["app.py"].encode():
        return Hint("After the change, the image still has the old `app.py`.")
    if files_of(third)["app/installed.txt"] != b"flask\nredis\n":
        return Hint("When `requirements.txt` changes, the line that installs must be executed again. It was not.")
    again = [one.text for one in second.outcomes[1:] if not one.cached]
    if any("installed.txt" in text for text in again):
        return Hint(
            f"A change of `app.py` still executes {len(again)} lines, the slow one among them. What does it need to"
            " have been copied before it, and what not?"
        )
    late = [text for text in again if "compiled.txt" in text]
    return None if late else Hint("`date` stands for compiling the sources: it must be executed after they change.")


def _hunt(answer: Any) -> Hint | None:
    if not (isinstance(answer, tuple) and len(answer) == 2 and all(isinstance(text, str) for text in answer)):
        return Hint("Give two Dockerfiles, `(before, after)`, as texts.")
    before, after = answer
    if max(len(text.splitlines()) for text in answer) > MOST_LINES:
        return Hint(f"Short Dockerfiles will do: at most {MOST_LINES} lines.")
    try:
        wrong, right = changed_only(before, after), _right(after)
    except ModelError as error:
        return _hint(error)
    if before == after:
        return Hint("Nothing has changed between the two. Where nothing is rebuilt, nothing can go wrong.")
    if wrong != right:
        return None
    return Hint(
        "Both make the same files here. The wrong model takes over the layer of a line that has not changed. When does"
        " such a layer depend on a line before it?"
    )


def _right(dockerfile: str) -> Files:
    final = built(dockerfile, {}).final
    if final.error:
        raise DockerfileError(final.error)
    return files_of(final)


EXERCISES = (
    Exercise("ch11-repair", "ch11-repair-dockerfile",
             "the text of a Dockerfile that does what its comments say", _repair),
    Exercise("ch11-order-lines", "ch11-predict-rebuild",
             "the text of a Dockerfile that makes the same files, the slow line executed only when it must be", _order),
    Exercise("ch11-bug-hunt", "ch11-predict-rebuild",
             "two Dockerfiles of FROM and RUN lines, `(before, after)`, that the wrong model builds wrongly", _hunt),
    Exercise("ch11-by-name", "ch11-choose-mount",
             "a list of docker commands after which `web` finds `db`, and whose data outlive `db`", by_name),
    Exercise("ch11-compose", "ch11-write-compose-file", "the text of a Compose file", compose_file),
)  # fmt: skip
