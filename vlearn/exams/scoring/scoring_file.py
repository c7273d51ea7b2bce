"""Reading and checking how an exam is scored: the same checks for a file of its own and for a blueprint's field."""

from pathlib import Path

from vlearn.exams.checked_file import read_checked
from vlearn.exams.scoring.rules import Rule, Scoring
from vlearn.questions.faults import Complain, Where


def load_scoring(path: Path) -> Scoring:
    """Read a file of scoring rules. Raises BlueprintError with every fault in it: file, line, field, what is right."""
    mapping = "scoring rules are a mapping: `rule: r-exams` and so on"
    scoring, _ = read_checked(path, Scoring, "the scoring rules", mapping, check_scoring)
    return scoring


def check_scoring(scoring: Scoring, complain: Complain, at: Where = ()) -> None:
    """What the types of the fields cannot say; `at` is where the scoring stands in its file."""
    rules: list[tuple[Where, object]] = [((*at, "rule"), scoring.rule)]
    rules += [((*at, "kinds", kind), rule) for kind, rule in scoring.kinds.items()]
    for id, special in scoring.questions.items():
        rules.append(((*at, "questions", id, "rule"), special.rule))
        if special.points is not None and special.points <= 0:
            complain((*at, "questions", id, "points"), f"`points` is {special.points}; it must be above 0")
        for text, share in special.options.items():
            if not -1 <= share <= 1:
                complain((*at, "questions", id, "options", text), f"a share of {share} is not from -1 to 1")
    for where, rule in rules:
        if isinstance(rule, Rule):
            for name in ("negative", "penalty"):
                if not 0 <= (share := getattr(rule, name)) <= 1:
                    complain((*where, name), f"`{name}` is {share}; it must be from 0 to 1")
    if scoring.rounding.step < 0:
        complain((*at, "rounding", "step"), f"`step` is {scoring.rounding.step}; it must not be negative")
    _check_scale(scoring, complain, (*at, "scale"))


def _check_scale(scoring: Scoring, complain: Complain, at: Where) -> None:
    bounds = [threshold.at_least for threshold in scoring.scale]
    if bounds and min(bounds) != 0:
        complain(at, "`scale` has no grade for 0 percent; add one: {at_least: 0, grade: ...}")
    for n, bound in enumerate(bounds):
        if not 0 <= bound <= 100:
            complain((*at, n), f"`at_least` is {bound}; it is a percentage, from 0 to 100")
        if bound in bounds[:n]:
            complain((*at, n), f"two grades begin at {bound} percent; give one of them another")
