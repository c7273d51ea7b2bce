"""Moodle XML read into the shape of our question files: what our exporter writes, and what other people's banks hold.

Taken are multichoice, truefalse (as a single choice), shortanswer, numerical, match, ordering, multianswer, gapselect,
ddwtos and essay; other types are refused by name. Not kept: penalties, hints, combined feedback, negative grades,
several units, attachments. Pictures are taken if they are SVG, PNG or JPEG.
"""

from vlearn.errors import BankError
from vlearn.questions.importing import moodle_kinds
from vlearn.questions.importing.content import Picture, as_html, content, plain, svg_named
from vlearn.questions.importing.imported import Found, Imported, Intake, RefusedError, slug, tagged
from vlearn.questions.importing.xml import Node, read_xml

_SOURCE = '<p class="vlearn-source">'
_TASK = '<div class="vlearn-task">'


def read_moodle(data: bytes, objective: str = "") -> Imported:
    """The questions of a file; those without an objective of the course are counted to `objective`.

    BankError if the file is no Moodle XML. A question that cannot be taken is named in `refused`.
    """
    root = read_xml(data)
    if root.tag != "quiz":
        raise BankError(f"line {root.line}: the file is no Moodle XML: its root is <{root.tag[:40]}>, not <quiz>")
    intake = Intake(objective)
    for node in root.all("question"):
        if (kind := node.attributes.get("type", "")) != "category":
            name = node.text("idnumber") or node.text("name", "text") or "question"
            found = Found(node.line, " ".join(name[:100].split()))
            try:
                _read(node, kind, found)
            except RefusedError as error:
                intake.refuse(found, str(error))
            else:
                intake.take(found)
    return intake.done()


def _read(node: Node, kind: str, found: Found) -> None:
    if kind not in moodle_kinds.READERS:
        raise RefusedError(f"Moodle's type {kind[:40]!r} has no counterpart here")
    found.tags.update(tagged([tag.text("text") for tag in node.one("tags").all("tag")]))
    question, feedback = node.one("questiontext"), node.one("generalfeedback")
    picture = _pictures(question, found)
    prompt, _, task = _html(question).partition(_TASK)
    found.fields["points"] = node.text("defaultgrade") or "1"
    found.fields.update(moodle_kinds.READERS[kind](moodle_kinds.Stated(node, prompt, task, found.tags, picture)))
    if "prompt" not in found.fields:
        found.fields["prompt"] = content(prompt, picture)
    solution, _, source = _html(feedback).partition(_SOURCE)
    found.fields["solution"] = content(solution, _pictures(feedback, found))
    if source:
        found.fields["source"] = plain(source)


def _pictures(node: Node, found: Found) -> Picture:
    files = {file.attributes.get("name", ""): file.text() for file in node.all("file")}
    return svg_named(files, slug(found.name), found.drawings)


def _html(node: Node) -> str:
    return as_html(node.text("text"), node.attributes.get("format", "html"))
