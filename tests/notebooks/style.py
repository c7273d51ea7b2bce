"""What can be counted of how a notebook reads: each rule is a function from a page to its complaints, in sentences."""

import ast
import re
from collections.abc import Callable, Iterator
from statistics import median

from tests.notebooks.page import Page
from vlearn.course import COURSE
from vlearn.lab.exercises import EXERCISES

Rule = Callable[[Page], Iterator[str]]

LONGEST_CELL, MEDIAN_CELL = 15, 3
LONGEST_LINE = 100
"""Characters that a small screen shows beside the file browser without scrolling."""
MEDIAN_PROSE = 60
FURTHEST_QUESTION = 7
OBJECTIVES = {objective.id: chapter for chapter in COURSE for objective in chapter.objectives}

_ID = re.compile(r"`(ch\d\d-[a-z0-9-]+)`")
_IMAGE = re.compile(r"!\[\s*\]\(|<img(?![^>]*\balt=[\"'][^\"'\s])[^>]*>", re.IGNORECASE)
_MACHINE_PATH = re.compile(r"/home/\w+|/Users/\w+|[A-Z]:\\\w+|file://|site-packages|/tmp/\w+")


def stored_without_outputs(page: Page) -> Iterator[str]:
    for cell in page.code:
        if cell.raw.get("outputs") or cell.raw.get("execution_count") is not None:
            yield f"cell {cell.number} is stored with its output: run nbstripout"


def stored_with_no_more_than_it_needs(page: Page) -> Iterator[str]:
    kernel = page.raw["metadata"].get("kernelspec", {}).get("name")
    if kernel != "python3":
        yield f"the kernel is {kernel!r}; every machine has 'python3'"
    if extra := page.raw["metadata"].keys() - {"kernelspec", "language_info"}:
        yield f"the metadata hold {', '.join(sorted(extra))}, which belongs to somebody's session"
    for cell in page.cells:
        if extra := cell.raw["metadata"].keys() - {"tags"}:
            yield f"cell {cell.number} has the metadata {', '.join(sorted(extra))}; only tags are kept"


def cells_have_their_own_ids(page: Page) -> Iterator[str]:
    seen: set[str] = set()
    for cell in page.cells:
        if (id := cell.raw.get("id")) is None or id in seen:
            yield f"cell {cell.number} has no id of its own, so two versions of the notebook cannot be compared"
        seen.add(str(id))


def opens_with_its_title(page: Page) -> Iterator[str]:
    first = page.cells[0]
    if first.kind != "markdown" or not first.source.startswith("# "):
        yield "the first cell is not the title: a line that begins with '# '"
    elif page.chapter and page.chapter.title not in first.source.splitlines()[0]:
        yield f"the title is not the one in the table of chapters: {page.chapter.title!r}"


def code_is_plain_python(page: Page) -> Iterator[str]:
    for cell in page.code:
        if cell.tree is None or any(isinstance(node, ast.Name) and node.id == "get_ipython" for node in cell.nodes):
            yield f"cell {cell.number} is not plain Python: a magic, a shell command or a syntax error"


def names_are_imported_one_by_one(page: Page) -> Iterator[str]:
    for cell in page.code:
        if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in cell.nodes):
            yield f"cell {cell.number} imports *: name what is used"


def no_class_is_defined(page: Page) -> Iterator[str]:
    for cell in page.code:
        for node in cell.nodes:
            if isinstance(node, ast.ClassDef):
                yield f"cell {cell.number} defines the class {node.name}: it belongs in vlearn"


def code_cells_are_small(page: Page) -> Iterator[str]:
    for cell in page.code:
        if (count := len(cell.source.splitlines())) > LONGEST_CELL:
            yield f"cell {cell.number} has {count} lines, blank ones included; at most {LONGEST_CELL}"
    lines = [sum(bool(line.strip()) for line in cell.source.splitlines()) for cell in page.code]
    if lines and median(lines) > MEDIAN_CELL:
        yield f"half of the code cells have {median(lines):g} lines or more; at most {MEDIAN_CELL}"


def code_lines_fit_the_screen(page: Page) -> Iterator[str]:
    for cell in page.code:
        if (longest := max(map(len, cell.source.splitlines()), default=0)) > LONGEST_LINE:
            yield f"cell {cell.number} has a line of {longest} characters; at most {LONGEST_LINE}"


def prose_stands_between_code(page: Page) -> Iterator[str]:
    setup = page.code[0] if page.code else None
    for before, cell in zip(page.cells, page.cells[1:], strict=False):
        if before.kind == cell.kind == "code" and before is not setup:
            yield f"cell {cell.number} is code right after code: say what it is for"


def prose_is_short(page: Page) -> Iterator[str]:
    words = median(len(cell.source.split()) for cell in page.prose) if page.prose else 0
    if words > MEDIAN_PROSE:
        yield f"half of the prose cells have {words:g} words or more; at most {MEDIAN_PROSE}"


def images_have_words(page: Page) -> Iterator[str]:
    for cell in page.prose:
        if _IMAGE.search(cell.source):
            yield f"cell {cell.number} has an image without alternative text"


def no_path_of_a_machine(page: Page) -> Iterator[str]:
    for cell in page.cells:
        if found := _MACHINE_PATH.search(cell.source):
            yield f"cell {cell.number} names a path of somebody's machine: {found.group()}"


def cited_ids_exist(page: Page) -> Iterator[str]:
    for cell in page.prose:
        for id in _ID.findall(cell.source):
            if id not in OBJECTIVES and id not in EXERCISES:
                yield f"cell {cell.number} cites {id}, which is neither an objective nor an exercise"


def exercises_exist(page: Page) -> Iterator[str]:
    for id in page.calls("check"):
        if id not in EXERCISES:
            yield f"lab.check({id!r}, ...): there is no such exercise"


def opening_states_objectives(page: Page) -> Iterator[str]:
    cited = dict.fromkeys(id for id in _ID.findall(page.opening) if id in OBJECTIVES)
    for id in cited:
        if OBJECTIVES[id] is not page.chapter:
            yield f"the opening lists {id}, an objective of another chapter"
    if len(cited) < 3:
        yield f"the opening lists {len(cited)} objectives by their ids; at least 3"


def questions_keep_the_pace(page: Page) -> Iterator[str]:
    since = 0
    for cell in page.code:
        asks = {"predict", "check", "quiz"} & {name for name, _ in cell.calls}
        since = 0 if asks else since + 1
        if since == FURTHEST_QUESTION + 1:
            yield f"up to cell {cell.number}, more than {FURTHEST_QUESTION} code cells ask the reader nothing"


def things_to_do_are_enough(page: Page) -> Iterator[str]:
    for name, least in {"play": 2, "study": 2, "predict": 2, "quiz": 1}.items():
        if (count := len(page.calls(name))) < least:
            yield f"{count} calls of lab.{name}; at least {least}"
    if (count := len(set(page.calls("check")))) < 3:
        yield f"{count} checked exercises; at least 3"


def predictions_are_told_apart(page: Page) -> Iterator[str]:
    ids = page.calls("predict")
    for id in dict.fromkeys(ids):
        if ids.count(id) > 1:
            yield f"{ids.count(id)} predictions have the id {id!r}; only the first would count"


def landmarks_stand(page: Page) -> Iterator[str]:
    prose = "\n\n".join(cell.source for cell in page.prose)
    landmarks = {
        r"the notes say": "a box that says what 'The notes say', and what is so in fact",
        r"^#+ .*summary": "a heading for the summary",
        r"^#+ .*sources": "a heading for the sources",
    }
    for pattern, name in landmarks.items():
        if not re.search(pattern, prose, re.IGNORECASE | re.MULTILINE):
            yield f"there is no {name.removeprefix('a ')}"


EVERY_NOTEBOOK: tuple[Rule, ...] = (
    stored_without_outputs,
    stored_with_no_more_than_it_needs,
    cells_have_their_own_ids,
    opens_with_its_title,
    code_is_plain_python,
    names_are_imported_one_by_one,
    no_class_is_defined,
    code_cells_are_small,
    code_lines_fit_the_screen,
    prose_stands_between_code,
    prose_is_short,
    images_have_words,
    no_path_of_a_machine,
    cited_ids_exist,
    exercises_exist,
)
CHAPTERS: tuple[Rule, ...] = (
    opening_states_objectives,
    questions_keep_the_pace,
    things_to_do_are_enough,
    predictions_are_told_apart,
    landmarks_stand,
)


def complaints(page: Page) -> list[str]:
    """Everything that should be better about the page."""
    rules = EVERY_NOTEBOOK + CHAPTERS * (page.chapter is not None)
    return [complaint for rule in rules for complaint in rule(page)]
