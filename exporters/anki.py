"""Questions as an Anki deck: the question on the front, the answer with feedback and solution on the back.

A note's guid comes from the question's id, so a second import adds no card. The date of the notes is made from their
text, so that the same questions give the same file and Anki sees that others have changed; but it says nothing of
which is newer: to take over changed questions, import with "Update notes: Always".
The file is the same for the same version of SQLite, which writes its own into it.
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zipfile import ZipFile

from exporters.key import about, sections, verdicts
from exporters.lms_html import Picture, inline, with_pictures
from exporters.lms_tags import tags
from exporters.packages import check_ids, package
from exporters.task_blocks import task_blocks
from exporters.xml_tree import legal
from vlearn.blocks import Block
from vlearn.errors import ExportError
from vlearn.exams.collection import Collection, LeftOut
from vlearn.questions.item import task
from vlearn.questions.model import Question

if TYPE_CHECKING:
    import genanki

SUFFIX = ".apkg"
_EPOCH = 1_600_000_000
_NOTE_TYPE = 1_697_343_101
_FOLDER = "pictures"  # while the HTML is made: Anki's own folder of pictures has no folders
_STYLE = """.card { font-family: sans-serif; font-size: 18px; text-align: left; max-width: 44em; margin: 0 auto; }
pre { white-space: pre-wrap; } table { border-collapse: collapse; } th, td { border: 1px solid; padding: 2px 8px; }
img { max-width: 100%; background: white; } .about { font-size: 12px; opacity: 0.7; }"""


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """Nothing: the reader of a card grades it."""
    return ()


def questions(collection: Collection) -> bytes:
    """The deck. Raises ExportError where the package genanki is missing."""
    check_ids(collection)
    try:
        import genanki
    except ModuleNotFoundError as error:
        raise ExportError(f"an Anki deck needs the package {error.name}: pip install 'vlearn[lms]'") from None
    title = " ".join(collection.title.replace("::", ":").split()) or "vlearn"
    deck = genanki.Deck(int(sha256(title.encode()).hexdigest()[:8], 16) + (1 << 31), title)
    sides = '<div class="tex2jax_ignore" dir="auto">{{%s}}</div>'
    template = {"name": "Card", "qfmt": sides % "Front", "afmt": "{{FrontSide}}<hr id=answer>" + sides % "Back"}
    fields = [{"name": name} for name in ("Id", "Front", "Back")]
    note_type = genanki.Model(_NOTE_TYPE, "vlearn question", fields=fields, templates=[template], css=_STYLE)
    pictures: list[Picture] = []
    for question in collection.questions:
        front, drawn = _front(question)
        back, more = _back(question)
        pictures += (*drawn, *more)
        marks = [tag.replace(" ", "-") for tag in tags(question)]
        guid = genanki.guid_for("vlearn", question.id)
        deck.add_note(genanki.Note(note_type, [question.id, front, back], tags=marks, guid=guid))
    media = {str(n): picture.name for n, picture in enumerate(pictures)}
    drawings = {str(n): picture.svg for n, picture in enumerate(pictures)}
    return package({"collection.anki2": _database(deck), "media": json.dumps(media).encode()} | drawings)


def _database(deck: "genanki.Deck") -> bytes:
    import genanki

    with TemporaryDirectory(prefix="vlearn-") as folder:
        file = Path(folder) / "deck.apkg"
        genanki.Package(deck).write_to_file(str(file), timestamp=_date(deck))
        with ZipFile(file) as archive:
            return archive.read("collection.anki2")


def _date(deck: "genanki.Deck") -> float:
    text = "\x1f".join(field for note in deck.notes for field in note.fields)
    return float(_EPOCH + int(sha256(text.encode()).hexdigest()[:6], 16))


def _front(question: Question) -> tuple[str, tuple[Picture, ...]]:
    return _field((*question.prompt, *task_blocks(task(question))), question.id)


def _back(question: Question) -> tuple[str, tuple[Picture, ...]]:
    options = "".join(
        f"<li>{'✓' if v.right else '✗'} <b>{v.label}</b> {_inert(inline(v.feedback))}</li>\n"
        for v in verdicts(question)
        if v.feedback
    )
    parts, pictures = [f"<ul>\n{options}</ul>\n"] if options else [], list[Picture]()
    for title, blocks in sections(question):
        html, drawn = _field(blocks, f"{question.id}-{title.lower()}")
        parts.append(f"<p><b>{title}</b></p>\n{html}")
        pictures += drawn
    parts.append(f'<p class="about">{_inert(escape(about(question), quote=False))}</p>')
    return "".join(parts), tuple(pictures)


def _field(blocks: Iterable[Block], name: str) -> tuple[str, tuple[Picture, ...]]:
    html, pictures = with_pictures(blocks, f"vlearn-{name}", _FOLDER)
    # Text has no bare "<", so this is found in our own tags alone.
    return _inert(html.replace(f'<img src="{_FOLDER}/', '<img src="')), pictures


def _inert(html: str) -> str:
    """HTML in which Anki finds no `[sound:...]`, `[latex]` or `{{c1::...}}`, and no sign that parts its fields."""
    return legal(html).replace("[", "&#91;").replace("{", "&#123;")
