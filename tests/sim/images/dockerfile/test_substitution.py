"""Variables, modifiers, quotes and escapes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.images.dockerfile.substitution import expand, expand_words
from vlearn.sim.images.errors import DockerfileError

VARIABLES = {"x": "bar/baz.tar.gz", "e": "", "s": "a b"}
TEXTS = [
    ("$x", "bar/baz.tar.gz"),
    ("${x}y", "bar/baz.tar.gzy"),
    ("$unset.", "."),
    ("$", "$"),
    ("$e-", "-"),
    ("${u:-y}", "y"),
    ("${e:-y}", "y"),
    ("${e-y}", ""),
    ("${x:+y}", "y"),
    ("${e:+y}", ""),
    ("${e+y}", "y"),
    ("${u:-${x}}", "bar/baz.tar.gz"),
    ("${u:-'a}b'}", "a}b"),
    ("${x#b*/}", "baz.tar.gz"),
    ("${x##*a}", "r.gz"),
    ("${x%.*}", "bar/baz.tar"),
    ("${x%%.*}", "bar/baz"),
    ("${x#?ar}", "/baz.tar.gz"),
    ("${x#nope}", "bar/baz.tar.gz"),
    ("${x/a/A}", "bAr/baz.tar.gz"),
    ("${x//a/A}", "bAr/bAz.tAr.gz"),
    ("'$x'", "$x"),
    ('"$x \\" \\n"', 'bar/baz.tar.gz " \\n'),
    ("\\$x", "$x"),
    ("a\\ b", "a b"),
    ("a\\", "a"),
]
FAULTS = [
    ("${", "syntax error: missing '}'"),
    ("${}", "syntax error: bad substitution"),
    ("${x:-y", "syntax error: missing '}'"),
    ("${x^}", "unsupported modifier (^) in substitution"),
    ("${u:?not given}", "u: not given"),
    ("${u?}", "u: is not allowed to be unset"),
    ("${e:?}", "e: is not allowed to be empty"),
    ("'a", "unexpected end of statement while looking for matching single-quote"),
    ('"a', "unexpected end of statement while looking for matching double-quote"),
    ("${x/a}", "syntax error: missing '/' in ${}"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_a_text_is_expanded_as_buildkit_does(text: str, expected: str) -> None:
    assert expand(text, VARIABLES) == expected


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_a_malformed_one_is_an_error_in_its_words(text: str, message: str) -> None:
    with pytest.raises(DockerfileError) as caught:
        expand(text, VARIABLES)
    assert str(caught.value).startswith("failed to process ")
    assert str(caught.value).endswith(message)


def test_a_variable_may_become_several_words_unless_it_is_quoted() -> None:
    assert expand_words('$s "$s" c', VARIABLES) == ("a", "b", "a b", "c")


def test_the_escape_character_may_be_the_backquote() -> None:
    assert expand("a`$x\\b", VARIABLES, "`") == "a$x\\b"


@settings(deadline=None, max_examples=200)
@given(st.text("$x{}:-+?#%/*'\"\\ a", max_size=40))
def test_whatever_the_text_it_is_expanded_or_a_dockerfile_error(text: str) -> None:
    try:
        outcome = expand(text, VARIABLES)
    except DockerfileError as error:
        outcome = str(error)
    assert isinstance(outcome, str)
