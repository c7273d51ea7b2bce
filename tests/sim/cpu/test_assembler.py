import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance.cpu_cases import cases
from tests.sim.cpu.random_programs import programs
from vlearn.errors import ModelError
from vlearn.sim.cpu import FORMS, AssemblyError, assemble, encode, instruction, parse_instruction, row
from vlearn.sim.cpu.operands import Immediate, MemoryOperand, Register

CODE = [
    ("mov ax, cs", "668cc8"),
    ("mov eax, [ebx+esi*4+8]", "8b44b308"),
    ("mov dword [ebp], 1", "c7450001000000"),
    ("push cs", "0e"),
    ("lea edi, [eax*8]", "8d3cc500000000"),
    ("cmp byte [cs:0x10], -1", "2e803d10000000ff"),
    ("jmp 0x8:0x7100", "ea007100000800"),
    ("call far [esp+4]", "ff5c2404"),
    ("int 0x80", "cd80"),
    ("sgdt [0x600]", "0f010500060000"),
    ("mov eax, [esp+ecx]", "8b040c"),
    ("mov eax, [ecx+esp]", "8b040c"),
]


@pytest.mark.parametrize(("text", "code"), CODE)
def test_machine_code_is_the_processors(text, code):
    assert encode(parse_instruction(text)).hex() == code


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.text)
def test_what_is_printed_assembles_to_the_same_instruction(case):
    parsed = parse_instruction(case.text, 0x4000)
    again = parse_instruction(str(parsed), 0x4000)
    assert (again, encode(again, 0x4000)) == (parsed, encode(parsed, 0x4000))
    assert parsed.length == len(encode(parsed, 0x4000))


@settings(deadline=None)
@given(programs)
def test_any_program_prints_and_assembles_again(text):
    program = assemble(text)
    printed = "\n".join(str(program.code[at]) for at in sorted(program.code))
    assert assemble(printed).code == program.code


registers = st.none() | st.integers(0, 7)


@settings(deadline=None)
@given(registers, registers.filter(lambda n: n != 4), st.sampled_from((1, 2, 4, 8)), st.integers(0, 0xFFFF_FFFF))
def test_every_address_prints_and_assembles_again(base, index, scale, displacement):
    operand = MemoryOperand(base, index, scale if index is not None else 1, displacement)
    lea = instruction(next(form for form in FORMS if form.mnemonic == "lea"), (Register(0), operand))
    assert parse_instruction(str(lea)) == lea


def test_labels_constants_data_and_origins():
    program = assemble(
        """
        SIZE equ 1+3-1
        org 0x5000
        start: mov ecx, SIZE
        next:  loop next
               jmp far_away
        table: dd 1, start, -1
               db "hi", 10
               dw 0x1234
        org 0x6000
        far_away: mov eax, [table+4]
        """
    )
    assert program.labels["table"] == 0x500C
    assert program.start == 0x5000
    assert str(program.code[0x5007]) == "jmp 0x6000"
    assert dict(program.image)[0x500C] == bytes.fromhex("01000000 00500000 ffffffff")
    assert [str(i) for i in program.code.values() if i.label == "far_away"] == ["mov eax, dword [0x5010]"]


ERRORS = [
    ("nop\n  mvo eax, 5", 2, 3, "unknown mnemonic 'mvo'; did you mean 'mov'?"),
    ("mov eax, bl", 1, 1, "mov cannot have eax, bl; its forms are: mov r/m8, r8;"),
    ("mov [ebx], 5", 1, 1, "write byte, word or dword"),
    ("jmp nowhere", 1, 5, "'nowhere' is no register, label or constant"),
    ("start: jmp stat", 1, 12, "did you mean 'start'?"),
    ("mov eax, [bx]", 1, 11, "an address is made of 32-bit registers"),
    ("mov eax, [ebx*3]", 1, 16, "a scale is 1, 2, 4 or 8, not 3"),
    ("mov eax, [ebx+ecx+edx]", 1, 19, "one base and one index"),
    ("mov eax, [0-ebx]", 1, 13, "cannot be subtracted"),
    ("mov eax, [ebx", 1, 14, "expected '+', '-' or ']', found 'the end of the line'"),
    ("mov eax 5", 1, 9, "expected ',', found '5'"),
    ("a: nop\na: nop", 2, 1, "'a' is already defined in line 1"),
    ("eax: nop", 1, 1, "'eax' cannot be a label"),
    ("mov eax, #5", 1, 10, "the character '#' has no meaning here"),
    ("loop 0x9000", 1, 1, "this jump reaches -128 to 127"),
    ("int 256", 1, 1, "int cannot have 0x100"),
    ("dd", 1, 3, "expected a number, a name or `[`, found 'the end of the line'"),
    ("org 5 6", 1, 7, "expected the end of the line"),
    ("mov eax, dword ebx", 1, 16, "a size stands before memory"),
    ("mov eax, [eax:4]", 1, 11, "'eax' is no segment register"),
    ("nop\nnop\norg 0x4001\ndd 5", 4, 1, "line 2 has put something at 0x4001 already"),
    ("mov cr1, eax", 1, 5, "'cr1' is no register"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), ERRORS)
def test_an_error_says_where_it_is_and_what_would_be_right(text, line, column, message):
    with pytest.raises(AssemblyError) as caught:
        assemble(text)
    assert message in str(caught.value)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert text.splitlines()[line - 1] in str(caught.value)


def test_a_row_of_the_table_needs_a_letter_for_each_operand():
    with pytest.raises(ModelError, match="a letter"):
        row("mov r32, imm32", "B8", "O", lambda cpu, operands: cpu)


def test_operands_of_other_kinds_are_refused_by_a_form():
    form = next(form for form in FORMS if str(form) == "mov r32, imm32")
    with pytest.raises(ModelError, match="cannot have 1, 2"):
        instruction(form, (Immediate(1), Immediate(2)))


def test_one_instruction_is_one_instruction():
    with pytest.raises(ModelError, match="2 instructions, not one"):
        parse_instruction("nop\nnop")


def test_a_constant_that_depends_on_itself_is_refused():
    with pytest.raises(ModelError, match="do not come to rest"):
        assemble("size equ size+1")
