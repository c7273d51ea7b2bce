"""Hypothesis strategies for programs of ordinary and sensitive instructions, one line each."""

from hypothesis import strategies as st

REGISTERS = ("eax", "ecx", "edx", "ebx", "ebp", "esi", "edi")
BYTES = ("al", "cl", "dl", "bl", "ah", "ch", "dh", "bh")
WORDS = ("ax", "cx", "dx", "bx", "bp", "si", "di")
INTERESTING = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF)

values = st.one_of(st.sampled_from(INTERESTING), st.integers(0, 0xFFFF_FFFF))
registers = st.sampled_from(REGISTERS)
places = st.builds("[0xd000+{:#x}]".format, st.integers(0, 0x100))


def _sized(size, names, limit):
    register = st.sampled_from(names)
    memory = places.map(lambda place: f"{size} {place}")
    constant = values.map(lambda value: f"{value & limit:#x}")
    binary = st.sampled_from(("add", "adc", "sub", "sbb", "cmp", "and", "or", "xor", "test", "mov"))
    unary = st.sampled_from(("inc", "dec", "neg", "not", "mul", "imul", "div", "idiv"))
    shift = st.sampled_from(("shl", "shr", "sar"))
    target = register | memory
    return st.one_of(
        st.builds("{} {}, {}".format, binary, target, register | constant),
        st.builds("{} {}, {}".format, binary.filter("test".__ne__), register, memory),
        st.builds("{} {}".format, unary, target),
        st.builds("{} {}, {}".format, shift, target, st.sampled_from(("1", "cl", "3", "9", "31"))),
        st.builds("xchg {}, {}".format, target, register),
    )


ordinary = st.one_of(
    _sized("byte", BYTES, 0xFF),
    _sized("word", WORDS, 0xFFFF),
    _sized("dword", REGISTERS, 0xFFFF_FFFF),
    st.builds("movzx {}, {}".format, registers, st.sampled_from(BYTES + WORDS)),
    st.builds("movsx {}, {}".format, registers, st.sampled_from(BYTES + WORDS)),
    st.builds("imul {}, {}, {:#x}".format, registers, registers, values),
    st.builds("lea {}, [{}+{}*4+{:#x}]".format, registers, registers, registers, values),
    st.builds("push {}".format, registers | values.map(hex)),
    st.builds("pop {}".format, registers),
    st.sampled_from(("cdq", "pusha", "popa", "cld", "std", "clc", "stc", "cmc", "nop")),
)
"""What every ring may do."""

_selectors = st.sampled_from((0, 8, 0x10, 0x1B, 0x23, 0x28, 0x30, 0x3B, 0x40, 0x48, 0x51, 0x59, 0x63, 0x6B, 7))
_images = st.integers(0, 0x3F_FFFF).map(lambda image: image & ~0x1_4100)  # RF, NT and TF are left out of the model
sensitive = st.one_of(
    st.sampled_from(("pushf", "push cs", "push ss", "push ds", "cli", "sti", "clts", "pop fs", "pop gs")),
    st.sampled_from(("sgdt [0xd040]", "sidt [0xd050]", "sldt ecx", "str edx", "smsw bx", "mov eax, cs", "mov bx, ss")),
    st.builds("push {:#x}\npopf".format, _images),
    st.builds("mov eax, {:#x}\nmov {}, ax".format, _selectors, st.sampled_from(("es", "fs", "gs"))),
    st.builds(
        "mov dword [0xd064], {:#x}\n{} edi, far [0xd060]".format, _selectors, st.sampled_from(("les", "lfs", "lgs"))
    ),
    st.builds("arpl {}, {}".format, st.sampled_from(("cx", "word [0xd042]")), st.sampled_from(WORDS)),
    st.builds("mov eax, {:#x}\n{} esi, eax".format, _selectors, st.sampled_from(("lar", "lsl"))),
    st.builds("mov eax, {:#x}\n{} ax".format, _selectors, st.sampled_from(("verr", "verw"))),
)
"""What the rings do differently."""

programs = st.lists(st.one_of(ordinary, ordinary, sensitive), min_size=1, max_size=12).map("\n".join)
