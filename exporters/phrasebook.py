"""The fixed phrases of papers and keys in every language: a TOML file in `exporters/phrases/` for each.

To add a language, copy `en.toml` to a file that is named after the language's code, such as `fr.toml`, and translate
what stands in quotes; what stands in braces is filled in and must stay. Nothing else has to be changed. A number of
things has two forms, one and other, so a language with more plurals must find words that suit them all. Names that
the question bank gives (kinds, levels, ids) and the words of the questions themselves are never translated.
"""

from functools import cache
from pathlib import Path

from msgspec import DecodeError, Struct, ValidationError, toml

from exporters.phrase_sections import (
    Amounts,
    HandoutWords,
    KeyWords,
    NotebookWords,
    PaperWords,
    PracticeWords,
    ScreenWords,
    SystemWords,
    TaskWords,
)
from vlearn.errors import ExportError, did_you_mean
from vlearn.questions.answer_key import AnswerWords
from vlearn.render.chart_words import ChartWords

FOLDER = Path(__file__).parent / "phrases"


class Phrases(Struct, frozen=True, forbid_unknown_fields=True):
    """All phrases of one language, whose own name is `name`."""

    name: str
    decimal_sign: str
    counted: Amounts
    paper: PaperWords
    task: TaskWords
    key: KeyWords
    answer: AnswerWords
    chart: ChartWords
    screen: ScreenWords
    notebook: NotebookWords
    practice: PracticeWords
    handout: HandoutWords
    system: SystemWords


def languages() -> tuple[str, ...]:
    """The codes of all languages that there is a table of."""
    return tuple(sorted(table.stem for table in FOLDER.glob("*.toml")))


@cache
def phrases(language: str) -> Phrases:
    """The phrases of a language. Raises ExportError if it has no table, or one that is not complete."""
    if language not in (known := languages()):
        hint = did_you_mean(language, known)
        raise ExportError(f"no phrases in the language {language!r}{hint}; there are {', '.join(known)}")
    table = FOLDER / f"{language}.toml"
    try:
        return toml.decode(table.read_bytes(), type=Phrases)
    except (DecodeError, ValidationError, UnicodeDecodeError) as error:
        raise ExportError(f"{table}: {error}") from None


ENGLISH = phrases("en")
