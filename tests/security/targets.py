"""Everything that reads a file of unknown origin, with sound files to begin from. Only a VlearnError may come out.

Beyond that, what is taken must be sound: imported questions load as a bank, and tables of grades hold no formula.
"""

import csv
import io
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from exporters import gift, moodle
from tests.exams.scoring.exam import KEY, row, table
from tests.exams.scoring.test_scoring_file import TEXT as SCORING
from tests.exams.test_blueprint_file import FULL
from tests.exporters.conftest import build
from tests.questions.files import GENERATORS, KINDS, stated
from tests.questions.samples import COURSE
from tests.security.words import GIFT, JSON, MARKUP, TABLE, XML, YAML
from vlearn.errors import VlearnError
from vlearn.exams.blueprint_file import load_blueprint
from vlearn.exams.collection import Collection
from vlearn.exams.ledger import read_ledger
from vlearn.exams.roster.students import read_roster
from vlearn.exams.scoring.corrections import load_corrections
from vlearn.exams.scoring.gradebook import grade_all
from vlearn.exams.scoring.hand_ins import read_hand_ins
from vlearn.exams.scoring.key_file import read_key, write_key
from vlearn.exams.scoring.marks import read_marks
from vlearn.exams.scoring.report_csv import grades_table, reasons_table
from vlearn.exams.scoring.report_html import report
from vlearn.exams.scoring.scoring_file import load_scoring
from vlearn.questions.bank import load_bank
from vlearn.questions.importing.gift import read_gift
from vlearn.questions.importing.imported import Imported
from vlearn.questions.importing.moodle import read_moodle
from vlearn.questions.importing.store import files

OBJECTIVE = "ch06-count-references"
FORMULA = tuple("=+-@\t\r＝＋－＠")


@dataclass(frozen=True, slots=True)
class Target:
    """A reader, sound files, and words that mean something in its format."""

    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    words: tuple[str, ...]

    def refusal(self, data: bytes) -> str | None:
        """What the reader said against it, None if it was read. Any error but a VlearnError comes out."""
        try:
            self.read(data)
        except VlearnError as refused:
            return str(refused)
        return None


def _imported(read: Callable[[bytes, str], Imported]) -> Callable[[bytes], None]:
    def reading(data: bytes) -> None:
        imported = read(data, OBJECTIVE)
        assert all(refused.reason and refused.line > 0 for refused in imported.refused)
        if not imported.questions:
            return
        with TemporaryDirectory() as folder:
            made = files(imported, "imported", Path(folder))
            for name, content in made.items():
                assert Path(name).name == name, "no file lies elsewhere"
                (Path(folder) / name).write_bytes(content)
            with_all = load_bank(Path(folder))
        assert len(with_all) == len(imported.questions)

    return reading


def _from_file(read: Callable[[Path], object], name: str) -> Callable[[bytes], None]:
    def reading(data: bytes) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            read(path)

    return reading


def _graded(path: Path) -> None:
    handed_in = read_hand_ins([path], KEY)
    results = grade_all(handed_in, KEY, KEY.scoring, refuse=False)
    for made in (grades_table(results), reasons_table(results)):
        for cells in csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")):
            assert not any(cell.startswith(FORMULA) and not _number(cell) for cell in cells)
    assert report(KEY.title, results, ())
    with suppress(VlearnError):
        grade_all(handed_in, KEY, KEY.scoring)


def _number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()


def _marks(path: Path) -> None:
    handed_in = path.with_name("responses.csv")
    handed_in.write_text(table(row("s1", "A")), encoding="utf-8")
    read_marks(path, KEY, read_hand_ins([handed_in], KEY))


def _each(export: Callable[[Collection], bytes]) -> tuple[bytes, ...]:
    return tuple(export(Collection("Seeds", (question,))) for question in build().questions)


TARGETS: Mapping[str, Target] = {
    "moodle": Target(_imported(read_moodle), _each(moodle.questions), (*XML, *MARKUP)),
    "gift": Target(_imported(read_gift), _each(gift.questions), (*GIFT, *MARKUP)),
    "questions": Target(
        _from_file(lambda path: load_bank(path.parent, generators=GENERATORS, course=COURSE), "questions.yaml"),
        tuple(stated(kind).encode() for kind in KINDS),
        (*YAML, *MARKUP, "generator: sum", "needs: [q1]", "enemies: [q1]", "figure: {svg: ../a.svg, alt: x}"),
    ),
    "blueprint": Target(_from_file(load_blueprint, "exam.yaml"), (FULL.encode(),), (*YAML, "at_least", "ch06")),
    "roster": Target(
        _from_file(read_roster, "roster.csv"),
        tuple(text.encode() for text in ("id,name\ns1,Ann\n", 'name;id\n"Ünal; Öz";7\n', "id\tname\nس1\tليلى\n")),
        (*TABLE, "\u202e", "\ufeff"),
    ),
    "responses-table": Target(
        _from_file(_graded, "responses.csv"), (table(row("s1", "A"), row("s2", "B")).encode(),), TABLE
    ),
    "responses-json": Target(
        _from_file(_graded, "responses.json"),
        (b'{"student": "s1", "form": "A", "answers": {"1": 2, "2": [0, 1], "3": [true, 1], "4": "24", "5": null}}',
         b'{"student": 7, "form": "b", "name": "x", "answers": {"6": [0, 2, 1], "7": {"1": "a"}, "8": [["a"]]}}'),
        JSON,
    ),
    "key": Target(_from_file(read_key, "key.json"), (write_key(KEY),), JSON),
    "corrections": Target(
        _from_file(lambda path: load_corrections(path, KEY), "corrections.yaml"),
        (b"corrections:\n  - {question: q-numeric, key: 25, accept: ['7'], because: unclear}\n",
         b"corrections:\n  - {question: q-matching, key: {CR3: nothing, EPTP: host root, VPID: tag}, forms: [A]}\n"),
        (*YAML, "drop: true", "full_points: true", "q-trace", "q-cloze", "q-essay"),
    ),
    "scoring": Target(_from_file(load_scoring, "rules.yaml"), (SCORING.encode(),), YAML),
    "marks": Target(_from_file(_marks, "marks.csv"), (b"student,question,marks\ns1,q-essay,1/2 1\n",), TABLE),
    "ledger": Target(
        _from_file(read_ledger, "exams.jsonl"), (b'{"exam": "Midterm", "seed": 7, "questions": ["ch06-a"]}\n',), JSON
    ),
}  # fmt: skip
