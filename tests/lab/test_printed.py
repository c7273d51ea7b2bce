"""A notebook on paper: every kind of cell gives what paper can show, and no part of it holds an answer."""

import sys
from inspect import signature

import pytest

from tests.lab.notebook_files import START, write_notebook
from vlearn import lab
from vlearn.blocks import Chart, Code, Figure, Table, Text
from vlearn.errors import ContentError
from vlearn.lab.paper.notebook import printed
from vlearn.lab.paper.parts import (
    Answer,
    Asked,
    Note,
    Played,
    Predicted,
    Program,
    Prose,
    Setting,
    Shows,
)
from vlearn.lab.paper.stand_in import PERSONAL, PaperLab, moments
from vlearn.lab.prediction import Prediction
from vlearn.lab.shown import Shown


@pytest.fixture
def paper(tmp_path):
    """The notebook of these cells on paper, and its answers."""
    return lambda *sources: printed(write_notebook(tmp_path / "tiny.ipynb", *sources))


@pytest.fixture
def last(paper):
    """What paper shows of a cell that follows START, without its source."""

    def parts(source):
        return [part for part in paper(START, source)[0].cells[-1].parts if not isinstance(part, Program)]

    return parts


def test_the_first_heading_is_the_title_and_the_rest_is_prose(paper):
    shown, _ = paper("md:# 3 · Walks\n\nOne *word*.", "md:## More")
    assert shown.title == "3 · Walks"
    assert [part for cell in shown.cells for part in cell.parts] == [Prose("\nOne *word*."), Prose("## More")]
    assert paper("md:no heading")[0].title == "tiny"


def test_a_cell_gives_its_source_then_what_it_prints_then_its_value(paper):
    cell = "import sys\nprint('a')\nsys.stderr.write('b\\n')\n[1, {3, 2}]"
    (first,) = paper(cell)[0].cells
    assert first.parts == (Program(cell), Shows((Code("a\nb"),)), Shows((Code("[1, {2, 3}]"),)))


@pytest.mark.parametrize("source", ["x = 1", "None", "7;", "def f():\n    return 1"])
def test_what_shows_nothing_on_screen_shows_nothing_on_paper(last, source):
    assert last(source) == []


def test_a_long_value_is_broken_into_lines(last):
    (value,) = last("[f'number {n}' for n in range(40)]")
    assert max(map(len, value.blocks[0].source.splitlines())) <= 96


@pytest.mark.parametrize(
    ("steps", "shown"), [(0, (0,)), (1, (0, 1)), (2, (0, 1, 2)), (12, (0, 4, 8, 12)), (500, (0, 167, 333, 500))]
)
def test_the_frames_of_a_run_are_evenly_spaced_and_hold_both_ends(steps, shown):
    assert moments(steps) == shown


def test_a_player_gives_frames_with_their_events(last):
    (played,) = last("lab.play(count, draw, 'Counting')")
    assert (played.title, played.steps) == ("Counting", 12)
    assert [(frame.moment, frame.told) for frame in played.frames] == [
        (0, ""), (4, r"adds `4` to \<it\>"), (8, r"adds `8` to \<it\>"), (12, r"adds `12` to \<it\>"),
    ]  # fmt: skip
    assert [frame.blocks[0].alt for frame in played.frames] == [f"a bar of {n}" for n in (0, 4, 8, 12)]


def test_a_log_that_grows_beside_a_picture_stands_in_the_last_frame_alone_once_it_is_long(last):
    (played,) = last("count = Trace(0, (*count.steps, *count.steps))\nlab.play(count, draw)")
    assert [[len(b.rows) for b in frame.blocks if isinstance(b, Table)] for frame in played.frames] == [
        [0], [8], [4], [12],
    ]  # fmt: skip
    (alone,) = last("lab.play(count, lambda state, event: draw(9 + state, event)[1:])")
    assert [len(frame.blocks) for frame in alone.frames] == [1, 1, 1, 1]
    (beside,) = last("lab.play(count, lambda state, event: draw(9 + state, event))")
    assert [len(frame.blocks) for frame in beside.frames] == [1, 1, 1, 2]


def test_a_study_says_what_may_be_set_and_shows_the_first_setting(last):
    (studied,) = last(
        "lab.study('Which *one*?', lambda **values: Text(repr(values)), kind=['read', 'write'], "
        "page_size={'4 KiB': 4096, 'any': None}, wp=True, count=(2, 8, 2), share=(0.0, 1.0, 0.25))"
    )
    assert studied.question == "Which *one*?"
    assert studied.settings == (
        Setting("kind", "read; write", "read"),
        Setting("page size", "4 KiB; any", "4 KiB"),
        Setting("wp", "yes; no", "yes"),
        Setting("count", "2 to 8 in steps of 2", "4"),
        Setting("share", "0 to 1 in steps of 0.25", "0.5"),
    )
    first = {"kind": "read", "page_size": 4096, "wp": True, "count": 4, "share": 0.5}
    assert studied.blocks == (Text(repr(first)),)


def test_a_menu_that_begins_with_none_shows_its_label(last):
    (studied,) = last("lab.study('?', lambda quota: Text(str(quota)), quota={'max': None, '5': 5})")
    assert studied.settings == (Setting("quota", "max; 5", "max"),)


ABOUT_THE_RUN = "lab.predict('ch06-mine', count, at=3, draw=draw, why='Because of *this*.')"
PLAIN = "lab.predict('ch06-other', question='Why?', answer='so', choices={'not so': 'Wrong.', 'nor': ''}, why='Hence.')"


def test_a_prediction_has_its_frame_and_its_choices_and_its_answer_is_kept_apart(paper):
    shown, answers = paper(START, ABOUT_THE_RUN, PLAIN)
    one, two = (cell.parts[0] for cell in shown.cells[1:])
    assert isinstance(one, Predicted)
    assert (one.number, one.question, len(one.choices)) == (1, "What happens next?", 4)
    assert one.prompt[0] == Figure(one.prompt[0].svg, "a bar of 3")
    assert (two.number, two.question, two.prompt) == (2, "Why?", ())
    assert sorted(two.choices) == ["nor", "not so", "so"]
    assert answers == (
        Answer(1, one.choices.index(r"adds `4` to \<it\>"), r"adds `4` to \<it\>", "Because of *this*."),
        Answer(2, two.choices.index("so"), "so", "Hence."),
    )
    assert "Because" not in repr(shown)
    assert "Hence" not in repr(shown)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("at = 3\n" + PLAIN, "at = 3"),
        ("answer = None\nlab.check('ch06-translate', answer)", ""),
        ("answer = None  # 0x...\nlab.check('ch06-translate', answer)", "answer = None  # 0x..."),
        ("lab.quiz('ch06', count=5)", ""),
        ("x = 2\n\n\n\nlab.progress('ch06')\ny = 3", "x = 2\n\n\ny = 3"),
        ("lab.play(count, draw)", "lab.play(count, draw)"),
        ("lab.kubectl.wait(3)", "lab.kubectl.wait(3)"),
    ],
)
def test_lines_that_only_ask_for_a_form_are_not_printed(paper, source, shown):
    parts = paper(START, source)[0].cells[1].parts
    assert [part.source for part in parts if isinstance(part, Program)] == [shown] * bool(shown)


def test_an_exercise_says_what_is_expected_and_functions_have_more_room(last):
    (address,) = last("lab.check('ch06-translate', None)")
    (function,) = last("lab.check('ch06-references', None)")
    assert isinstance(address, Asked)
    assert "whole number" in address.expected
    assert 2 <= address.lines < function.lines


@pytest.mark.parametrize("call", ["quiz('ch13')", *(f"{name}()" for name in PERSONAL)])
def test_what_belongs_to_a_person_is_a_note(last, call):
    (note,) = last(f"lab.{call}")
    assert isinstance(note, Note)
    assert note.markdown.startswith("In the notebook: ")


def test_blocks_charts_and_runs_are_shown_as_they_are(last):
    assert last("lab.show((Text('a'), Code('b')))") == [Shows((Text("a"), Code("b")))]
    (charted,) = last("lab.chart(Chart('t', 'x', 'y', (Series('s', (1.0,), (2.0,)),)))")
    assert isinstance(charted.blocks[0], Chart)
    (run,) = last("Trace(0, count.steps[:1])")
    assert run.blocks[0].rows == (("1", "add", "adds `1` to <it>"),)
    (ours,) = last("lab.beside_the_processor()")
    assert [type(block) for block in ours.blocks] == [Text, Table]
    assert isinstance(last("lab.course_map()")[0].blocks[0], Figure)


def test_terminals_print_and_belong_to_the_notebook_alone(last):
    (said,) = last("lab.kubectl('get nodes')")
    assert said.blocks[0].source.startswith("NAME ")
    (again,) = last("lab.docker('run --name web -d nginx')\nlab.docker('ps')")
    assert "web" in again.blocks[0].source
    assert "web" not in last("lab.docker('ps')")[0].blocks[0].source


def test_everything_the_lab_has_is_there_on_paper():
    """A new function that gives a widget has to say what paper shows: these two are shown as they are."""
    for name in lab.__all__:
        if name not in vars(PaperLab) and name not in PERSONAL:
            annotation = signature(getattr(lab, name)).return_annotation
            assert annotation in (Shown, Prediction), name
    with pytest.raises(AttributeError, match="the lab has no 'plai'"):
        PaperLab().plai  # noqa: B018


def test_the_lab_is_taken_from_any_form_of_its_import_and_stays_what_it_was(paper):
    play = lab.play
    shown, _ = paper(START, "from vlearn import lab as l, trace\nl.play(trace.Trace(0, ()), draw, 'x')")
    assert isinstance(shown.cells[1].parts[1], Played)
    assert lab.play is play


def test_each_notebook_has_a_namespace_of_its_own(paper):
    paper("kept = 1")
    with pytest.raises(ContentError, match="NameError: name 'kept'"):
        paper("kept")


def test_nobodys_record_is_touched(paper, own_record):
    paper(START, "first = lab.predict('ch06-who-maps').choose(0)\nfirst")
    assert not own_record.exists()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import sys; sys.exit()", "SystemExit"),
        ("%docker ps", "SyntaxError: invalid syntax"),
        ("lab.check('ch06-translat', None)", "did you mean 'ch06-translate'"),
        ("lab.study('?', lambda n: 1 / (n - 1), n=[1])", "ZeroDivisionError"),
    ],
)
def test_a_cell_that_fails_is_named_with_its_reason(paper, source, why):
    out = sys.stdout
    with pytest.raises(ContentError, match=rf"^tiny.ipynb does not run, .*: cell 2 fails with .*{why}"):
        paper(START, source)
    assert sys.stdout is out


@pytest.mark.parametrize("content", [b"", b"[1]", b'{"cells": 3}', b"\xff"])
def test_what_is_no_notebook_is_refused(tmp_path, content):
    (tmp_path / "bad.ipynb").write_bytes(content)
    with pytest.raises(ContentError, match=r"bad\.ipynb cannot be read as a notebook"):
        printed(tmp_path / "bad.ipynb")


def test_a_notebook_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ContentError, match="No such file"):
        printed(tmp_path / "none.ipynb")
