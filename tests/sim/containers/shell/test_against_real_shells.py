"""The same scripts in the machine's own bash and dash and in the model: one output, one set of messages, one code.

Messages are compared where the machine's tools are GNU's; elsewhere output and exit code alone.
"""

import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sim.containers.shell.machines import SHELLS, modelled, real
from tests.sim.containers.shell.scripts import BASH, DASH

HAS_GNU = (
    sys.platform == "linux" and b"GNU coreutils" in subprocess.run(["ls", "--version"], capture_output=True).stdout
)
GNU = pytest.mark.skipif(not HAS_GNU, reason="ls is not GNU's here: its messages are others")


ROOTS = ("chown", "whoami", "> /;")
"""Words of scripts that end otherwise for who is not root."""


def for_this_user(scripts: tuple[str, ...]) -> list[object]:
    """The scripts, those that only root can run marked."""
    mark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may do what this script does")
    return [pytest.param(one, marks=[mark] if any(word in one for word in ROOTS) else []) for one in scripts]


def needs(dialect: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(SHELLS[dialect] is None, reason=f"this machine has no {dialect}")


@GNU
@needs("bash")
@pytest.mark.parametrize("script", for_this_user(BASH))
def test_bash_and_the_model_print_the_same(script: str) -> None:
    assert modelled(script) == real(script)


@GNU
@needs("dash")
@pytest.mark.parametrize("script", for_this_user(DASH))
def test_dash_and_the_model_print_the_same(script: str) -> None:
    assert modelled(script, "dash") == real(script, "dash")


NAMES = ("a", "b", "c d")
texts = st.sampled_from(("x", "a b", "", "*", "a*", "$v", "$?", "${v:-e}", "$((v+1))", "$(echo q; echo r)", "\\n"))
words = st.one_of(texts.map(lambda t: f'"{t}"'), texts.map(lambda t: t or "z"), texts.map(lambda t: f"'{t}'"))
files = st.sampled_from(("a", "b", "./c", "d/e", "d"))
ends = st.sampled_from(("", "", "", " > {f}", " >> {f}", " 2>/dev/null", " 2>&1", " < {f}", " > {f} 2>&1"))
leaves = st.one_of(
    words.map(lambda w: f"echo {w}"),
    st.tuples(words, words).map(lambda ws: f"printf '%s,' {ws[0]} {ws[1]}"),
    files.map(lambda f: f"cat {f}"),
    files.map(lambda f: f"mkdir -p {f}"),
    files.map(lambda f: f"rm -rf {f}"),
    files.map(lambda f: f"touch {f}"),
    files.map(lambda f: f"[ -e {f} ]"),
    words.map(lambda w: f"v={w}"),
    st.tuples(words, words).map(lambda ws: f"[ {ws[0]} = {ws[1]} ]"),
    st.sampled_from(
        ("true", "false", "echo $?", "ls", "wc -l", "sort", "head -1", "tr a-z A-Z", "(exit 3)", "! false")
    ),
)
simple = st.tuples(leaves, ends, files).map(lambda t: f"{t[0]}{t[1].format(f=t[2])}")


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda p: f"{p[0]} && {p[1]}"),
        pair.map(lambda p: f"{p[0]} || {p[1]}"),
        pair.map(lambda p: f"{{ {p[0]}; }} | {{ {p[1]}; }}"),
        pair.map(lambda p: f"{p[0]}; {p[1]}"),
        pair.map(lambda p: f"if {p[0]}; then {p[1]}; else echo else; fi"),
        st.tuples(words, inner).map(lambda p: f"for v in 1 {p[0]}; do {p[1]}; done"),
        inner.map(lambda i: f"( {i} )"),
        inner.map(lambda i: f'echo "<$( {i} )>"'),
        st.tuples(words, inner).map(lambda p: f"case {p[0]} in a*) {p[1]};; *) echo other;; esac"),
    )


scripts = st.recursive(simple, combined, max_leaves=6)


@needs("dash")
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(scripts)
def test_dash_and_the_model_agree_on_any_small_script(script: str) -> None:
    ours, theirs = modelled(f"v=1; {script}", "dash"), real(f"v=1; {script}", "dash")
    assert (ours.output, ours.code) == (theirs.output, theirs.code)
