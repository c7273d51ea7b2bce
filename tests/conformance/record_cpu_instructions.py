"""Records `data/cpu/instructions.json` anew on Unicorn: `python -m tests.conformance.record_cpu_instructions`.

The cases say what a processor (QEMU's, in Unicorn) did with real machine code; no model has a part in the answers.
"""

import json
from pathlib import Path
from typing import Any

import unicorn

from tests.conformance.cpu_answers import answer_of_oracle, known_gap
from tests.conformance.cpu_cases import AT, Case, asked, cases
from vlearn.sim.cpu import encode, parse_instruction
from vlearn.sim.cpu.oracle import Oracle

FILE = Path(__file__).parent / "data" / "cpu" / "instructions.json"
META = {
    "format": "cpu/instructions",
    "topic": "what one instruction does in each ring: the fault it raises, or everything that it changes",
    "source": f"recorded on Unicorn {unicorn.__version__} by record_cpu_instructions.py",
    "fields": {
        "text": "the instruction; `code` is its machine code at 0x4000, 32-bit protected mode",
        "registers, stack, data": "what differs from the usual start: registers, dwords from ESP and 0xd000 on. "
        "The usual start is in cpu_cases.py: machine, REGISTER_VALUES",
        "answers": "for each CPL/IOPL in `rings` the answer; what cannot be asked (see gaps.py) is absent",
        "fault, error_code": "the exception by its name; 0 where it has no error code",
        "interrupt": "the vector of INT n and INT3, which Unicorn does not deliver",
        "changes": "registers and words of memory with their new values; EFLAGS without the bits that are undefined "
        "after the instruction. Of CPUID, RDTSC and the MSRs only that they do not fault is recorded",
    },
}


def recorded(case: Case, oracle: Oracle) -> dict[str, Any]:
    """The case with what the processor did in each ring; rings with the same answer share it."""
    answers: list[dict[str, Any]] = []
    for ring, cpu, instruction in asked(case):
        if known_gap(cpu, instruction):
            continue
        answer = answer_of_oracle(cpu, instruction, oracle)
        same = next((entry for entry in answers if entry["answer"] == answer), None)
        if same:
            same["rings"].append(ring)
        else:
            answers.append({"rings": [ring], "answer": answer})
    setup = {"registers": dict(case.registers), "stack": case.stack, "data": case.data}
    setup = {name: given for name, given in setup.items() if given} | {"iopls": case.iopls}
    code = encode(parse_instruction(case.text, AT), AT).hex()
    return {"id": case.id, "text": case.text, "code": code, **setup, "answers": answers}


def main() -> None:
    """Ask every case and write the file, one case a line."""
    oracle = Oracle()
    lines = ",\n".join("  " + json.dumps(recorded(case, oracle)) for case in cases())
    head = json.dumps({"meta": META}, indent=1)[:-2]
    FILE.write_text(f'{head},\n "cases": [\n{lines}\n ]\n}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
