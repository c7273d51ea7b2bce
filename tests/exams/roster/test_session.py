"""Personal papers repeat whoever makes them, an interrupted run goes on, and every code leads back to its paper."""

import csv
import errno
import json
import os
from pathlib import Path

import pytest

from exporters import html
from tests.exams.banks import ANSWERS, bank, entry
from tests.exams.test_files import tree
from vlearn.errors import BlueprintError, ExportError, RosterError
from vlearn.exams.blueprint_file import load_blueprint
from vlearn.exams.choice import Choice
from vlearn.exams.form import Student
from vlearn.exams.ledger import read_ledger
from vlearn.exams.roster.personal import Exam, exam_of, file_name, personal_form
from vlearn.exams.roster.session import make_papers
from vlearn.questions.answer_key import key_response
from vlearn.questions.grade import grade

BANK = bank(*(entry(f"q-{kind}", kind=kind, generator="made-up" * (kind == "numeric")) for kind in ANSWERS))
STUDENTS = [("s1", "Ada"), ("s/2", "María/José, Jr."), ("=1+1", '@SUM("x")'), ("四", "王小明"), ("five", "<b>&'")]
SEED = 918_273_645


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "roster.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "name"), *STUDENTS])
    return path


@pytest.fixture
def quiz(tmp_path):
    path = tmp_path / "quiz.yaml"
    path.write_text("title: Quiz\npoints: 16\n", encoding="utf-8")
    return path


@pytest.fixture
def papers(roster, quiz, tmp_path):
    """Make the papers into a folder and say what is there."""

    def papers(name="out", formats=("html",), jobs=1, seed=SEED, bank=BANK, **options):
        folder = tmp_path / name
        count = make_papers(roster, quiz, seed, folder, formats, bank=bank, jobs=jobs, **options)
        assert count == len(roster.read_text(encoding="utf-8").splitlines()) - 1
        return tree(folder)

    return papers


def lookup(files):
    return list(csv.DictReader(files["codes.csv"].decode("utf-8-sig").splitlines()))


def test_every_student_has_a_paper_and_a_key_in_folders_of_their_own(papers):
    files = papers(formats=("html", "notebook"))
    stems = [file_name("papers", Student(*student), "html") for student in STUDENTS]
    assert len(set(stems)) == len(STUDENTS)
    sides = {f"{side}/{stem[7:-5]}.{end}" for stem in stems for side in ("papers", "keys") for end in ("html", "ipynb")}
    assert {name for name, content in files.items() if content is not None} == sides | {"codes.csv", "manifest.jsonl"}
    assert all(set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-./") for stem in stems)


@pytest.mark.parametrize("own", [False, True])
def test_the_same_seed_gives_the_same_bytes_with_any_number_of_processes(papers, own):
    assert papers("one", own_questions=own) == papers("two", own_questions=own, jobs=2)


def test_another_seed_gives_other_papers(papers):
    one, other = papers("one"), papers("other", seed=SEED + 1)
    assert one.keys() == other.keys()
    assert not [name for name in one if one[name] is not None and one[name] == other[name]]


def test_a_student_has_the_same_paper_whoever_else_is_on_the_roster(papers, roster):
    everybody = papers("all")
    roster.write_text("id,name\ns1,Ada\n", encoding="utf-8")
    alone = papers("alone")
    (name,) = [name for name in alone if name.startswith("papers/")]
    assert alone[name] == everybody[name]


def test_all_have_the_same_questions_unless_each_has_their_own(quiz):
    def chosen(own):
        entries = tuple(BANK)[:8]
        exam = Exam(load_blueprint(quiz), Choice((entries,)), tuple(BANK) if own else (), 1, ("html",), "roster.csv")
        return [personal_form(exam, Student(*student), "C").questions for student in STUDENTS]

    same, own = chosen(own=False), chosen(own=True)
    assert len({frozenset(q.id for q in questions) for questions in same}) == 1
    assert len({tuple(q.id for q in questions) for questions in same}) == len(STUDENTS)
    assert len({frozenset(q.id for q in questions) for questions in own}) > 1
    for questions in (*same, *own):
        assert sum(question.points for question in questions) == 16
        assert all(grade(q, key_response(q)).points == q.points for q in questions)


def test_the_form_made_again_from_a_code_is_the_paper_that_was_handed_out(papers, quiz):
    files = papers()
    sheet = load_blueprint(quiz)
    exam = exam_of(sheet, BANK, SEED, ("html",), "roster.csv")
    for row, student in zip(lookup(files), STUDENTS, strict=True):
        form = personal_form(exam, Student(*student), row["code"])
        assert files[row["file"]] == html.paper(form.paper)
        assert files[row["file"].replace("papers", "keys", 1)] == html.key(form)
        assert f"Form {row['code']}".encode() in files[row["file"]]


def test_no_cell_of_the_lookup_table_is_a_formula(papers):
    rows = lookup(papers())
    assert [row["id"] for row in rows] == ["s1", "s/2", "'=1+1", "四", "five"]
    assert [row["name"] for row in rows][2] == '\'@SUM("x")'


def test_no_student_file_has_the_seed_or_a_key(papers):
    secrets = (str(SEED), "Answer key", "difficulty", BANK.entries[0].objective)
    for name, content in papers(formats=("html", "notebook"), printed={"key": "solutions"}).items():
        if name.startswith(("papers/", "keys/")):
            text = content.decode()
            assert "Question 8" in text
            assert [secret for secret in secrets if secret in text] == ([] if "papers" in name else list(secrets)), name


def test_a_personal_key_tells_the_answers_alone_unless_more_is_wanted(papers):
    short, long = (papers(name, printed=printed) for name, printed in (("short", {}), ("long", {"key": "solutions"})))
    keys = [name for name in short if name.startswith("keys/")]
    assert len(keys) == len(STUDENTS)
    for name in keys:
        assert BANK.entries[0].objective in long[name].decode()
        assert BANK.entries[0].objective not in short[name].decode()
        assert len(short[name]) < len(long[name])


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_run_keeps_what_is_finished_and_goes_on_from_there(papers, tmp_path, jobs, roster, quiz):
    whole = papers("whole")

    def interrupt(done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        papers("out", progress=interrupt, jobs=jobs)
    left = {name: content for name, content in tree(tmp_path / "out").items() if content is not None}
    finished = [name for name in left if name.startswith("papers/")]
    assert len(finished) == 3
    assert not [name for name in left if name != "manifest.jsonl" and left[name] != whole[name]]
    times = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in finished}
    assert papers("out", jobs=jobs) == whole
    assert times == {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in finished}


def test_what_was_changed_removed_or_interrupted_in_the_folder_is_made_again(papers, tmp_path):
    whole = papers()
    names = [name for name in whole if name.startswith(("papers/", "keys/"))]
    (tmp_path / "out" / names[0]).write_text("changed", encoding="utf-8")
    (tmp_path / "out" / names[-1]).unlink()
    manifest = tmp_path / "out" / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-40])
    (tmp_path / "out" / ".unfinished").mkdir()
    (tmp_path / "out" / ".unfinished" / "half").write_text("ha", encoding="utf-8")
    assert papers() == whole


def test_what_no_longer_fits_is_made_again_and_no_resume_makes_everything(papers, tmp_path):
    papers("out", seed=1)
    assert papers("out") == papers("fresh")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "papers").iterdir()}
    papers("out", resume=False)
    assert all(path.stat().st_mtime_ns > time for path, time in before.items())


def test_a_manifest_that_names_files_elsewhere_is_not_believed(papers, tmp_path):
    whole = papers()
    line = {"student": "s1", "form": "f", "files": {"keys/../../roster.csv": "0"}}
    (tmp_path / "out" / "manifest.jsonl").write_text(json.dumps(line) + "\n[]\n7\nnot json\n", encoding="utf-8")
    assert papers() == whole


def test_a_full_disk_keeps_finished_papers_and_shows_no_half_one(papers, tmp_path, monkeypatch):
    whole, real, written = papers("whole"), Path.write_bytes, []

    def write_bytes(path, content):
        written.append(path)
        if len(written) == 6:
            real(path, content[:99])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with pytest.raises(ExportError, match=r"No space left on device\); the finished ones are kept"):
        papers()
    left = {name: content for name, content in tree(tmp_path / "out").items() if content is not None}
    assert len(left) == 1 + 4 + 1
    assert not [name for name in left if name != "manifest.jsonl" and left[name] != whole[name]]
    monkeypatch.undo()
    assert papers() == whole


def test_a_paper_that_cannot_be_made_names_the_students_line(papers, roster):
    roster.write_text("id,name\n1,Ada\n四,Bob\n", encoding="utf-8")
    with pytest.raises(RosterError, match=r"roster.csv:3: the paper of student '四' cannot be made: no font .*四"):
        papers(formats=("pdf",))


def test_what_is_wrong_before_any_paper_leaves_no_folder(papers, tmp_path, roster, quiz):
    with pytest.raises(ExportError, match="need at least one format"):
        make_papers(roster, quiz, 1, tmp_path / "out", (), bank=BANK)
    with pytest.raises(ExportError, match="no exporter named 'pfd'"):
        papers(formats=("pfd",))
    quiz.write_text("title: Quiz\npoints: 1000\n", encoding="utf-8")
    with pytest.raises(BlueprintError, match=r"quiz.yaml:2: "):
        papers()
    assert not (tmp_path / "out").exists()


def test_a_file_in_place_of_the_folder_is_an_error(papers, tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="cannot be written here"):
        papers()


def test_large_print_is_given_to_whom_the_roster_says_and_everything_else_is_the_same(quiz):
    exam = exam_of(load_blueprint(quiz), BANK, SEED, ("html",), "roster.csv")
    usual, large = (personal_form(exam, Student("s1", "Ada"), "C", large) for large in (False, True))
    assert (usual.print.large, large.print.large) == (False, True)
    assert large.questions == usual.questions


def test_another_print_makes_papers_anew_and_the_options_of_a_run_come_before_the_blueprints(papers, quiz, roster):
    quiz.write_text("title: Quiz\npoints: 16\nprint: {size: letter, cover: true}\n", encoding="utf-8")
    papers("out")
    digests = {line["student"]: line["form"] for line in lines(papers("out"))}
    changed = {line["student"]: line["form"] for line in lines(papers("out", printed={"columns": 2}))}
    assert not [student for student in digests if digests[student] == changed[student]]
    rows = roster.read_text(encoding="utf-8").splitlines()
    roster.write_text("\n".join([f"{rows[0]},print", f"{rows[1]},large", *rows[2:]]) + "\n", encoding="utf-8")
    large = {line["student"]: line["form"] for line in lines(papers("out", printed={"columns": 2}))}
    assert [student for student in large if large[student] != changed[student]] == ["s1"]


def lines(files):
    return [json.loads(line) for line in files["manifest.jsonl"].splitlines()]


@pytest.mark.parametrize("own", [False, True])
def test_an_exam_is_recorded_once_when_all_its_papers_are_there(papers, quiz, tmp_path, own):
    quiz.write_text("title: Quiz\npoints: 8\nledger: exams.jsonl\nnot_in_last: 1\n", encoding="utf-8")

    def interrupt(done, total):
        if done == 3:
            raise KeyboardInterrupt

    options = {"recorded": True, "own_questions": own, "printed": {"key": "solutions"}}
    with pytest.raises(KeyboardInterrupt):
        papers(progress=interrupt, **options)
    assert not (tmp_path / "exams.jsonl").exists()
    whole = papers(**options)
    (given,) = read_ledger(tmp_path / "exams.jsonl")
    assert (given.title, given.seed) == ("Quiz", SEED)
    asked = {id for id in given.questions if any(id.encode() in whole[name] for name in whole if "keys/" in name)}
    assert asked == set(given.questions)
    assert (len(asked) > 4) == own
    assert papers(**options) == whole
    assert read_ledger(tmp_path / "exams.jsonl") == (given,)


def test_what_cannot_be_recorded_or_be_personal_is_told_before_any_paper(papers, quiz, tmp_path):
    with pytest.raises(BlueprintError, match="there is no ledger to record the exam in"):
        papers(recorded=True)
    quiz.write_text("title: Quiz\npoints: 16\nparallel: {}\n", encoding="utf-8")
    with pytest.raises(BlueprintError, match=r"quiz.yaml:3: `parallel` is for the forms of `vlearn exam`"):
        papers()
    assert not (tmp_path / "out").exists()
