"""Dockerfiles that parse and those that do not: the messages are BuildKit's, the lines those of the file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.images.dockerfile.comments import comments_behind
from vlearn.sim.images.dockerfile.instruction import Dockerfile
from vlearn.sim.images.dockerfile.parse import parse
from vlearn.sim.images.errors import DockerfileError

NOTES = """\
FROM nginx:alpine                          # Base image
WORKDIR /usr/share/nginx/html             # Set working directory
RUN rm -rf ./*                            # Clean directory
RUN apk add --no-cache git && \\           # Install git
    git clone <repo> /temp-repo && \\      # Clone code
    cp -r /temp-repo/* . && \\             # Copy files
    rm -rf /temp-repo                     # Cleanup
EXPOSE 80                                 # Expose port
CMD ["nginx", "-g", "daemon off;"]        # Start nginx
"""
PARSE_ERROR = "dockerfile parse error on line {}: {}"
FAULTS = [
    ("FROM a\nFORM b", 2, PARSE_ERROR.format(2, "unknown instruction: FORM (did you mean FROM?)")),
    ("FROM a\ncoppy b c", 2, PARSE_ERROR.format(2, "unknown instruction: coppy (did you mean copy?)")),
    ("FROM a b", 1, PARSE_ERROR.format(1, "FROM requires either one or three arguments")),
    ("FROM", 1, PARSE_ERROR.format(1, "FROM requires either one or three arguments")),
    (
        "FROM a AS 1b",
        1,
        PARSE_ERROR.format(1, 'invalid name for build stage: "1b", name can\'t start with a number or contain symbols'),
    ),
    ("FROM a\n\n# c\nENV", 4, PARSE_ERROR.format(4, "ENV requires at least one argument")),
    ("FROM a\nENV x", 2, "ENV must have two arguments"),
    ("FROM a\nENV x=1 y", 2, 'Syntax error - can\'t find = in "y". Must be of the form: name=value'),
    ("FROM a\nENV =1", 2, PARSE_ERROR.format(2, "ENV names can not be blank")),
    (
        "FROM a\nCOPY x",
        2,
        PARSE_ERROR.format(
            2, "COPY requires at least two arguments, but only one was provided. Destination could not be determined"
        ),
    ),
    ("FROM a\nCOPY --form=b x y", 2, PARSE_ERROR.format(2, "unknown flag: --form (did you mean from?)")),
    ("FROM a\nCOPY --from=b --from=c x y", 2, PARSE_ERROR.format(2, "duplicate flag specified: --from")),
    ("FROM a\nCOPY --from b x y", 2, PARSE_ERROR.format(2, "missing a value on flag: --from")),
    ("FROM a\nCMD [1]", 2, "when using JSON array syntax, arrays must be comprised of strings only"),
    ("FROM a\nSHELL sh", 2, PARSE_ERROR.format(2, "SHELL requires the arguments to be in JSON form")),
    ("FROM a\nUSER", 2, PARSE_ERROR.format(2, "USER requires exactly one argument")),
    ("FROM a\nONBUILD FROM b", 2, PARSE_ERROR.format(2, "FROM isn't allowed as an ONBUILD trigger")),
    (
        "FROM a\nONBUILD ONBUILD RUN b",
        2,
        PARSE_ERROR.format(2, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"),
    ),
    ("FROM a\nHEALTHCHECK NONE x", 2, PARSE_ERROR.format(2, "HEALTHCHECK NONE takes no arguments")),
    ("FROM a\nHEALTHCHECK GO x", 2, PARSE_ERROR.format(2, 'Unknown type "GO" in HEALTHCHECK (try CMD)')),
    (
        "FROM a\nHEALTHCHECK --interval=5 CMD x",
        2,
        PARSE_ERROR.format(2, 'time: missing unit in duration "5"'),
    ),
    ("FROM a\nRUN <<EOF\necho", 2, "unterminated heredoc"),
    ("RUN x", 1, "no build stage in current context"),
    ("", 0, "file with no instructions"),
    ("# only a comment\n", 1, "file with no instructions"),
    ("# escape=x\nFROM a", 1, "invalid escape token 'x' does not match ` or \\"),
    ("# escape=`\n# escape=`\nFROM a", 2, "only one escape parser directive can be used"),
    # how all lines are split comes before what any of them accepts
    ("FROM a\nNOSUCH\nENV x", 3, "ENV must have two arguments"),
]


@pytest.mark.parametrize(("text", "line", "message"), FAULTS, ids=[fault[2][-40:] for fault in FAULTS])
def test_a_fault_is_told_in_buildkits_words_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(DockerfileError) as caught:
        parse(text)
    assert (str(caught.value), caught.value.first) == (message, line)


def test_the_notes_example_does_not_build_because_of_its_first_comment() -> None:
    with pytest.raises(DockerfileError) as caught:
        parse(NOTES)
    assert caught.value.excerpt() == (
        "Dockerfile:1\n--------------------\n"
        "   1 | >>> FROM nginx:alpine                          # Base image\n"
        "   2 |     WORKDIR /usr/share/nginx/html             # Set working directory\n"
        "   3 |     RUN rm -rf ./*                            # Clean directory\n"
        "--------------------\n"
        "ERROR: failed to solve: dockerfile parse error on line 1: FROM requires either one or three arguments"
    )
    assert "`# Base image` is no comment" in caught.value.hint


def test_without_it_the_second_one_breaks_the_continuation() -> None:
    with pytest.raises(DockerfileError) as caught:
        parse(NOTES.replace("# Base image", ""))
    assert str(caught.value) == "dockerfile parse error on line 5: unknown instruction: git"
    assert caught.value.hint.startswith("line 4: `# Install git` is no comment")


def test_every_comment_behind_an_instruction_is_remarked() -> None:
    assert [remark.line for remark in comments_behind(NOTES)] == [1, 2, 3, 4, 5, 6, 8, 9]
    fixed = "# Base image\nFROM nginx:alpine\nRUN a && \\\n    # fine: a line of its own\n    b\nENV A='#' B=${X#y}\n"
    assert comments_behind(fixed) == ()
    assert parse(fixed).stages[0].instructions[0].arguments == ("a &&     b",)


def test_where_a_comment_does_not_break_the_build_it_becomes_an_argument() -> None:
    workdir, expose, cmd = parse('FROM a\nWORKDIR /x # y\nEXPOSE 80 # z\nCMD ["a"] # b').stages[0].instructions
    assert workdir.arguments == ("/x # y",)
    assert expose.arguments == ("80", "#", "z")
    assert (cmd.arguments, cmd.exec_form) == (('["a"] # b',), False)


def test_lines_continue_over_comments_and_empty_lines_with_a_warning() -> None:
    found = parse("FROM a\nRUN x \\\n\n  # c\n  y\nCMD z")
    run, cmd = found.stages[0].instructions
    assert (run.arguments, run.first, run.last, cmd.first) == (("x   y",), 2, 5, 6)
    assert found.warnings == ("[WARNING]: Empty continuation line found in:\n    RUN x   y",)


def test_the_escape_directive_frees_the_backslash() -> None:
    copy, run = parse("# escape=`\nFROM a\nCOPY x C:\\\nRUN a `\n b").stages[0].instructions
    assert copy.arguments == ("x", "C:\\")
    assert run.arguments == ("a  b",)


def test_an_escaped_escape_character_does_not_continue_a_line() -> None:
    assert len(parse("FROM a\nRUN x \\\\\nRUN y").stages[0].instructions) == 2


def test_stages_have_names_and_arguments_before_them() -> None:
    found = parse("ARG V=1\nFROM a:$V AS Build\nRUN x\nfrom scratch\ncopy --from=build /x /")
    assert [(stage.base, stage.name) for stage in found.stages] == [("a:$V", "build"), ("scratch", "")]
    assert found.arguments[0].pairs == (("V", "1"),)
    assert found.stages[1].instructions[0].flag("from") == "build"


def test_heredocs_are_read_up_to_their_name() -> None:
    text = 'FROM a\nRUN <<EOF cat && <<-"B"\none\nEOF\n\ttwo $X\n\tB\nCOPY <<f /x\nbody\nf\n'
    run, copy = parse(text).stages[0].instructions
    assert [(one.name, one.expand, one.text) for one in run.heredocs] == [
        ("EOF", True, "one\n"),
        ("B", False, "two $X\n"),
    ]
    assert (run.last, copy.heredocs[0].content, copy.last) == (6, "body\n", 9)


def test_windows_line_ends_and_a_byte_order_mark_are_no_part_of_the_instructions() -> None:
    assert parse("\ufeffFROM a\r\nRUN x \\\r\n y\r\n").stages[0].instructions[0].arguments == ("x  y",)


PIECES = st.sampled_from(
    ["FROM a", "RUN x", "ENV", "COPY", "a=b", "\\", "\n", "\n", " ", "#", "<<E", "E", '["a"]', "'", '"', "--from=", "$",
     "{", "ONBUILD ", "HEALTHCHECK ", "CMD ", "ARG ", "`", "# escape=`", "\t", "\r", "é"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(lambda p: "FROM a\n" + "".join(p))))
def test_whatever_the_text_it_parses_or_is_a_dockerfile_error(text: str) -> None:
    outcome = attempted(text)
    if isinstance(outcome, DockerfileError):
        assert str(outcome)
        assert outcome.excerpt().endswith(str(outcome))
    else:
        lines = [one.first for stage in outcome.stages for one in stage.instructions]
        assert outcome.stages
        assert lines == sorted(lines)


def attempted(text: str) -> Dockerfile | DockerfileError:
    try:
        return parse(text)
    except DockerfileError as error:
        return error
