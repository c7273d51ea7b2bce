"""Patterns of .dockerignore: rows of the tables of Go's filepath.Match and of moby/patternmatcher."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.images.errors import IgnoreError
from vlearn.sim.images.ignore import read_ignore

MATCHES = [
    ("**", "file"), ("**/", "dir/file"), ("**/**", "dir/file"), ("dir/**", "dir/dir2/file"), ("**/dir", "dir"),
    ("**/dir", "dir/file"), ("**/dir2/*", "dir/dir2/file"), ("**file", "dir/dir/file"), ("**/file*txt", "d/d/file.txt"),
    ("**/**/*.txt", "file.txt"), ("a**/*.txt", "a/dir/dir/file.txt"), ("a/*.txt**", "a/file.txt"),
    ("a[b-d]e", "ace"), ("a[^b-d]e", "aze"), (".*", ".foo"), ("abc?def", "abcZdef"), ("**/foo/bar", "d/d2/foo/bar"),
    ("a(b)c/def", "a(b)c/def"), ("a.|)$(}+{bc", "a.|)$(}+{bc"), ("a\\*b", "a*b"), ("a*", "ab/c"), ("a?b", "a☺b"),
    ("[a-ζ]*", "α"), ("[\\]a]", "]"), ("[x\\-]", "-"), ("/abs", "abs"), ("docs/", "docs/x"), ("./a//b", "a/b"),
    ("x/../y", "y"),
]  # fmt: skip
MISSES = [
    ("**/**/*.txt2", "d/d/f.txt"), ("a/*.txt", "a/dir/f.txt"), ("a[b-d]e", "ae"), (".*", "foo"), ("abc.def", "abcZdef"),
    ("abc/**", "abc"), ("**/.foo", "bar.foo"), ("a*/b", "a/c/b"), ("ab[^c]", "abc"), ("a???b", "a☺b"), ("a?b", "a/b"),
    ("*[a-ζ]", "A"), ("foo", "bar/foo"), ("[x\\-]", "z"), ("../a", "a"),
]  # fmt: skip
MALFORMED = ["[", "[^", "[^bc", "a[", "[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "\\", "!"]


@pytest.mark.parametrize(("pattern", "path"), MATCHES)
def test_a_path_that_matches_is_ignored(pattern: str, path: str) -> None:
    assert read_ignore(pattern).ignores(path)


@pytest.mark.parametrize(("pattern", "path"), MISSES)
def test_a_path_that_does_not_is_kept(pattern: str, path: str) -> None:
    assert not read_ignore(pattern).ignores(path)


@pytest.mark.parametrize("pattern", MALFORMED)
def test_a_malformed_pattern_is_an_error_with_its_line(pattern: str) -> None:
    with pytest.raises(IgnoreError, match=r"line 2: (syntax error in pattern|illegal exclusion pattern)"):
        read_ignore(f"# comment\n{pattern}")


def test_the_last_pattern_that_matches_decides() -> None:
    ignore = read_ignore("*.md\n!README*.md\nREADME-secret.md\n")
    assert ignore.kept(("a.md", "README.md", "README-secret.md", "a.py")) == ("README.md", "a.py")
    assert read_ignore("**\n!util/web").kept(("util/web/x", "util/y")) == ("util/web/x",)


def test_a_comment_starts_in_the_first_column() -> None:
    assert read_ignore("#a\n #b\n").kept(("#a", "#b")) == ("#a",)


def test_no_pattern_takes_long() -> None:
    deep, long = "/".join("a" * 60), "a" * 200
    assert not read_ignore("**/a/" * 25 + "b").ignores(deep)
    assert not read_ignore("*a" * 40 + "b").ignores(long)
    assert read_ignore("*a" * 40).ignores(long)


@settings(deadline=None, max_examples=200)
@given(st.text("*?[]^-\\!/.ab\n", max_size=30), st.text("ab/.", min_size=1, max_size=10))
def test_whatever_the_file_it_decides_or_is_an_ignore_error(text: str, path: str) -> None:
    try:
        outcome = str(read_ignore(text).ignores(path))
    except IgnoreError as error:
        outcome = str(error)
    assert outcome in ("True", "False") or ".dockerignore line" in outcome
