"""An option of print that is given stands in place of what the blueprint says; what is not given stays."""

import pytest
from click.testing import CliRunner
from msgspec import structs

from vlearn.cli import main
from vlearn.commands.print_options import OPTIONS
from vlearn.exams import session
from vlearn.exams.printing import Print
from vlearn.exams.roster import session as roster_session

BLUEPRINT = "title: Quiz\npoints: 4\nchapters: [ch06]\nprint: {size: letter, cover: true, space: generous}\n"
WRITTEN = Print(size="letter", cover=True, space="generous")


@pytest.fixture
def printed(tmp_path, monkeypatch):
    """The options of print that a command makes papers with."""
    (tmp_path / "quiz.yaml").write_text(BLUEPRINT, encoding="utf-8")
    (tmp_path / "roster.csv").write_text("id,name\n1,Ada\n", encoding="utf-8")
    seen = []
    for module in (session, roster_session):

        def as_printed(sheet, options, printed_as=module.printed_as):
            seen.append(printed_as(sheet, options).print)
            return printed_as(sheet, options)

        monkeypatch.setattr(module, "printed_as", as_printed)

    def run(command, *options):
        files = [str(tmp_path / "roster.csv")] * (command == "roster")
        words = ["exam", *[command] * (command == "roster"), *files, "--blueprint", str(tmp_path / "quiz.yaml")]
        words += ["--seed", "1", "--out", str(tmp_path / "out"), "--format", "html"]
        result = CliRunner().invoke(main, [*words, *options])
        return result, seen[-1] if seen else None

    return run


GIVEN = [
    ((), {}),
    (("--size", "a4"), {"size": "a4"}),
    (("--columns", "2"), {"columns": 2}),
    (("--large-print",), {"large": True}),
    (("--no-cover", "--boxes"), {"cover": False, "boxes": True}),
    (("--space", "none", "--key", "answers"), {"space": "none", "key": "answers"}),
    (("--language", "de"), {"language": "de"}),
]


@pytest.mark.parametrize("command", ["exam", "roster"])
@pytest.mark.parametrize(("options", "fields"), GIVEN, ids=[" ".join(options) for options, _ in GIVEN])
def test_what_is_given_stands_in_place_of_the_blueprints(printed, command, options, fields):
    _, options_of_print = printed(command, *options)
    assert options_of_print == structs.replace(WRITTEN, **fields)


def test_there_is_an_option_for_every_field():
    assert list(OPTIONS) == list(Print.__struct_fields__)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--size", "A4"), "'A4' is not one of 'a4', 'letter'"),
        (("--columns", "3"), "'3' is not one of '1', '2'"),
        (("--space", "some"), "'some' is not one of 'none', 'normal', 'generous'"),
        (("--language", "English"), "'English' is not two or three small letters, such as en or de"),
    ],
)
def test_a_wrong_option_is_told_and_nothing_is_written(printed, tmp_path, options, told):
    result, seen = printed("exam", *options)
    assert (result.exit_code, seen) == (2, None)
    assert told in result.output
    assert not (tmp_path / "out").exists()
