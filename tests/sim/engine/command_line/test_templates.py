"""Go templates against what Go prints."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.engine.command_line.template_run import render
from vlearn.sim.engine.command_line.templates import TemplateError

VALUE = {
    "State": {"ExitCode": 137, "Running": True, "Error": ""},
    "Net": {"b": {"IP": "2"}, "a": {"IP": "1"}},
    "Args": ["a", "b"],
    "Name": "/web",
}
PRINTED = [
    ("{{.State.ExitCode}}", "137"),
    ("{{.State.Running}} {{.State.Error}}|", "true |"),
    ("{{json .Args}}", '["a","b"]'),
    ("{{.Args}} {{.Net.a}}", "[a b] map[IP:1]"),
    ("{{range .Net}}{{.IP}} {{end}}", "1 2 "),
    ("{{range $name, $one := .Net}}{{$name}}={{$one.IP}};{{end}}", "a=1;b=2;"),
    ("{{range $i, $one := .Args}}{{$i}}{{$one}}{{end}}", "0a1b"),
    ("{{if .State.Running}}up{{else}}down{{end}}", "up"),
    ("{{if eq .State.ExitCode 0}}fine{{else if eq .State.ExitCode 137}}killed{{else}}bad{{end}}", "killed"),
    ("{{with .State}}{{.ExitCode}}{{end}}", "137"),
    ('{{index .Args 1}} {{(index .Net "b").IP}}', "b 2"),
    ('{{join .Args ","}} {{len .Args}}', "a,b 2"),
    ("{{.Name | upper | printf `%s!`}}", "/WEB!"),
    ("a {{- .Name -}} b", "a/webb"),
    ('{{printf "%s-%d" .Name 5}}', "/web-5"),
    ("{{not .State.Running}} {{and true 1}} {{or false .Name}}", "false 1 /web"),
    ("{{$x := .Name}}{{$x}}", "/web"),
]
WRONG = [
    ("{{.State.Nope}}", 'template: :1:8: executing "" at <.State.Nope>: map has no entry for key "Nope"'),
    ("{{.Nope}}", 'template: :1:2: executing "" at <.Nope>: map has no entry for key "Nope"'),
    ("{{.x", "template: :1: unclosed action"),
    ("{{nope .Name}}", 'template: :1: function "nope" not defined'),
    ("{{end}}", "template: :1: unexpected {{end}}"),
    ("{{if .Name}}", "template: :1: unexpected EOF"),
    ("{{}}", "template: :1: missing value for command"),
]


@pytest.mark.parametrize(("template", "text"), PRINTED)
def test_a_template_prints_what_go_prints(template: str, text: str) -> None:
    assert render(template, VALUE) == text


@pytest.mark.parametrize(("template", "message"), WRONG)
def test_a_wrong_template_is_refused_in_the_words_of_go(template: str, message: str) -> None:
    with pytest.raises(TemplateError) as refused:
        render(template, VALUE)
    assert str(refused.value) == message


@given(st.text(alphabet='{}.$ |()"`:=-abRangeifend0,', max_size=30))
@settings(deadline=None, max_examples=300)
def test_no_template_does_anything_but_print_or_be_refused(template: str) -> None:
    try:
        printed = render(template, VALUE)
    except TemplateError as error:
        printed = str(error)
    assert isinstance(printed, str)
