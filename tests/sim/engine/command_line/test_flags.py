"""Reading of options, by pflag's rules."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.engine.command_line.command import commands
from vlearn.sim.engine.command_line.errors import UsageError
from vlearn.sim.engine.command_line.flags import read_flags

RUN = commands()["run"]
READ = [
    ("-dit alpine", ("alpine",), {"detach": True, "interactive": True, "tty": True}),
    ("-p8080:80 alpine", ("alpine",), {"publish": ("8080:80",)}),
    ("-dp 8080:80 alpine", ("alpine",), {"detach": True, "publish": ("8080:80",)}),
    ("-p=8080:80 --publish 9:9 alpine", ("alpine",), {"publish": ("8080:80", "9:9")}),
    ("--name=web alpine", ("alpine",), {"name": "web"}),
    ("--name web --rm=false alpine", ("alpine",), {"name": "web", "rm": False}),
    ("-e A=b -e C alpine sh -c x", ("alpine", "sh", "-c", "x"), {"env": ("A=b", "C")}),
    ("--memory 100m --cpus .5 alpine", ("alpine",), {"memory": 100 << 20, "cpus": 0.5}),
    ("--health-interval 1m30s alpine", ("alpine",), {"health-interval": 90.0}),
    ("--rm -- -x", ("-x",), {"rm": True}),
    ("-h box alpine", ("alpine",), {"hostname": "box"}),
]


@pytest.mark.parametrize(("line", "arguments", "options"), READ)
def test_options_are_read_short_long_and_together(line: str, arguments: tuple, options: dict) -> None:
    found = read_flags(line.split(), RUN.flags, leading=True)
    assert (found.arguments, dict(found.options)) == (arguments, options)


def test_options_may_stand_behind_arguments_where_no_command_follows() -> None:
    found = read_flags(["web", "-f", "db", "-v"], commands()["rm"].flags)
    assert (found.arguments, dict(found.options)) == (("web", "db"), {"force": True, "volumes": True})


@given(st.lists(st.text(alphabet="-=abdeimnpt :0", max_size=8), max_size=6))
@settings(deadline=None, max_examples=300)
def test_any_words_are_read_or_refused_as_a_mistake_of_usage(words: list[str]) -> None:
    try:
        outcome = read_flags(words, RUN.flags).arguments
    except UsageError as error:
        outcome = (str(error),)
    assert all(isinstance(one, str) for one in outcome)
    assert len(outcome) <= max(1, len(words))
