"""What each section of a table of phrases holds. The words of a key and of a chart belong to vlearn itself."""

from msgspec import Struct


class Counted(Struct, frozen=True, forbid_unknown_fields=True):
    """A number of things: of one, and of any other number."""

    one: str
    other: str


class Amounts(Struct, frozen=True, forbid_unknown_fields=True):
    """What is counted."""

    points: Counted
    questions: Counted
    minutes: Counted


class PaperWords(Struct, frozen=True, forbid_unknown_fields=True):
    """Heads, fields and headings."""

    form: str
    question: str
    page: str
    name: str
    student: str
    date: str
    instructions: str
    points: str
    questions: str
    section: str
    number: str
    earned: str
    total: str


class TaskWords(Struct, frozen=True, forbid_unknown_fields=True):
    """What a student is to do."""

    choose_one: str
    choose_many: str
    judge: str
    enter: str
    enter_hexadecimal: str
    write_phrase: str
    write_text: str
    match: str
    arrange: str
    fill: str
    sort: str
    complete: str
    write_code: str
    unit: str
    gap: str
    choices: str


class KeyWords(Struct, frozen=True, forbid_unknown_fields=True):
    """What a key says of a question and of itself."""

    note: str
    kind: str
    answer: str
    solution: str
    right: str
    wrong: str
    feedback: str
    difficulty: str
    generator: str


class ScreenWords(Struct, frozen=True, forbid_unknown_fields=True):
    """What a screen reader says of a page's controls."""

    skip: str
    answer: str
    hexadecimal: str
    unit: str
    code: str
    place: str
    cell: str


class NotebookWords(Struct, frozen=True, forbid_unknown_fields=True):
    """The comments of a notebook's cells, and what its last cell prints."""

    who: str
    belong_to: str
    answer: str
    above: str
    choose_one: str
    choose_many: str
    judge: str
    enter: str
    enter_hexadecimal: str
    unit: str
    write_phrase: str
    write_text: str
    arrange: str
    letters: str
    gaps: str
    cells: str
    hand_in: str
    again: str
    saved: str
    open: str
    complete: str


class PracticeWords(Struct, frozen=True, forbid_unknown_fields=True):
    """What a practice page and a practice notebook say; the page's scripts use most of it."""

    kind: str
    titled: str
    note: str
    no_script: str
    check: str
    checking: str
    compare: str
    show: str
    closed: str
    solution: str
    verdict_right: str
    verdict_part: str
    verdict_wrong: str
    verdict_open: str
    verdict_own: str
    letters: str
    right: str
    wrong: str
    open: str
    unanswered: str
    missing: str
    true_verdict: str
    false_verdict: str
    no_reason: str
    reason_later: str
    no_number: str
    no_hexadecimal: str
    empty: str
    in_order: str
    partly_in_order: str
    finish: str
    again: str
    really: str
    kept: str
    not_kept: str
    of: str
    score: str
    came_to: str
    own_left: str
    objective: str
    questions: str
    earned: str
    read_again: str
    nothing_again: str
    to_judge: str
    chapter: str
    sections: Counted
    other_objective: str
    notebook: str
    progress: str
    clock: str
    stop: str
    left: str
    over: str


class HandoutWords(Struct, frozen=True, forbid_unknown_fields=True):
    """What a chapter says on paper in place of its widgets."""

    name: str
    about: str
    answers: str
    with_answers: str
    run: str
    start: str
    moment: str
    study: str
    setting: str
    may_be: str
    is_now: str
    prediction: str
    ask: str
    expected: str


class SystemWords(Struct, frozen=True, forbid_unknown_fields=True):
    """What is said in files for other systems, all of which are written in English."""

    true_or_false: str
    why: str
    hexadecimal: str
    cases: str
    program: str
    replace_none: str
    points_of_nbgrader: str
    grades: str
    share: str
