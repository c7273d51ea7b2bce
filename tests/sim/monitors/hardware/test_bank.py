"""The keys of chapter 5's questions are what the model says."""

from dataclasses import replace

import pytest
import yaml

from vlearn.content import question_bank
from vlearn.sim.cpu import boot, execute, parse_instruction
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.monitors.hardware import (
    FIELDS,
    HARDWARE_ASSIST,
    MINIMAL,
    Operation,
    Processor,
    configured,
    exit_of,
    exits,
    operate,
    settings,
    verdict,
)
from vlearn.sim.monitors.hardware.conditions import OSXSAVE
from vlearn.sim.monitors.hardware.fields import EXECUTION, GUEST, HOST, INFORMATION
from vlearn.sim.monitors.hardware.transfer import HOST_STATE, guest_state
from vlearn.sim.monitors.vm import trace_guest
from vlearn.trace import run


def question(id):
    folder = question_bank() / "05-hardware-assist"
    entries = (
        entry for path in folder.iterdir() for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
    )
    return next(entry for entry in entries if entry["id"] == id)


SPOKEN = {
    "MOV to CR3": "mov cr3, eax", "MOV from CS": "mov ax, cs", "OUT": "out 0x60, al", "LAR": "lar eax, ebx",
    "SGDT": "sgdt [0xd000]", "SIDT": "sidt [0xd000]", "INVLPG": "invlpg [0xd000]",
}  # fmt: skip


def spoken(name):
    return parse_instruction(SPOKEN.get(name, name.lower()))


def test_exits_or_not():
    words = {"Always": "always", "Only if a control is set": "by control", "Never": "never"}
    for category, names in question("ch05-exits-or-not")["categories"].items():
        assert {name: verdict(spoken(name).form) for name in names} == dict.fromkeys(names, words[category])


def test_exits_of_two_monitors():
    shadow = configured(settings(["HLT exiting", "CR3-load exiting", "INVLPG exiting"]))
    ept = configured(settings(["HLT exiting", "Enable EPT"]))
    cpu = replace(boot(), cr4=OSXSAVE)
    for name, *key in question("ch05-exits-of-two-monitors")["rows"]:
        found = [exit_of(vmcs, cpu, spoken(name)) is not None for vmcs in (shadow, ept)]
        assert ["yes" if exit else "no" for exit in found] == key, name


def test_exit_on_purpose():
    assert question("ch05-exit-on-purpose")["accepted"] == ["VMCALL"]
    assert exits("vmcall\nhlt", [])[18] == 1


def test_a_program_that_halts():
    right = next(option for option in question("ch05-program-that-halts")["options"] if option.get("correct"))
    assert right["text"].startswith("It faults without an exit")
    run_of_it = trace_guest(HARDWARE_ASSIST, HARDWARE_ASSIST.start(boot("hlt\nup: nop", ring=3, gates={13: "up"})))
    assert run_of_it.kinds[:2] == ("entry", "fault")


def test_write_exits():
    controls = {"hlt": "HLT exiting", "invlpg": "INVLPG exiting", "cr3-load": "CR3-load exiting"}
    names = {}
    exec(question("ch05-write-exits")["reference"], names)
    for values, chosen, targets in (
        ((1, 2), {"cr3-load"}, (2,)),
        ((1, 2), {"hlt"}, ()),
        ((5,), {"hlt", "invlpg", "cr3-load"}, (5,)),
        ((), set(), ()),
    ):
        program = [("cpuid",), ("popf",), *(("mov cr3", value) for value in values), ("invlpg", 0xD000), ("hlt",)]
        loads = "".join(f"mov eax, {value}\nmov cr3, eax\n" for value in values)
        text = f"cpuid\npushf\npopf\n{loads}invlpg [0xd000]\nhlt"
        counted = exits(text, settings((controls[name] for name in chosen), cr3_targets=targets)).total()
        assert counted == names["exits"](program, chosen, set(targets))


def test_popf_in_the_guest():
    text = "start: push 2\npopf\nmov eax, 5\nout 0x40, eax\nmov ecx, 9\nagain: loop again\nhlt\ntick: iret"
    run_of_it = trace_guest(HARDWARE_ASSIST, HARDWARE_ASSIST.start(boot(text, interrupts=True, gates={0x20: "tick"})))
    after_popf = run_of_it.steps[2].state
    assert run_of_it.kinds[1:3] == ("direct", "direct"), "no exit"
    assert not after_popf.real.eflags & IF, "the real flag is 0"
    assert run_of_it.final.monitor.reasons[1] == 1, "and a device exits all the same"


def test_then_and_now():
    column = [row[2] for row in question("ch05-then-and-now")["rows"]]
    text = "sgdt [0xd000]\nmov ax, cs\ncli\npushf\npop ebx\npush 0x202\npopf\nhlt"
    cpu = boot(text)
    cpu = replace(cpu, gdtr=replace(cpu.gdtr, base=0x2000), eflags=cpu.eflags | IF)
    code = replace(cpu.segments[1], selector=0x10)
    end = trace_guest(HARDWARE_ASSIST, HARDWARE_ASSIST.start(cpu.set_segment(1, code)))
    last = end.steps[-4].state.guest
    base = last.memory[0xD000] >> 16 | (last.memory[0xD004] & 0xFFFF) << 16
    found = [f"{base:#x}", f"{last['ax']:#x}", str(last["ebx"] >> 9 & 1), str(last.eflags >> 9 & 1)]
    assert found == column
    assert dict(end.final.monitor.reasons) == {12: 1}


def test_sort_state():
    fields = {
        "The RIP at which the guest goes on": "Guest RIP",
        "The guest's CR3": "Guest CR3",
        "The guest's GDTR": "Guest GDTR base",
        "The address of the monitor's code that handles exits": "Host RIP",
        "The bitmap of exceptions that are to exit": "Exception bitmap",
        "The EPT pointer": "EPT pointer",
        "The reason of the exit": "Exit reason",
    }
    areas = {
        "Guest-state area": GUEST,
        "Host-state area": HOST,
        "Execution-control fields": EXECUTION,
        "Exit-information fields": INFORMATION,
    }
    categories = question("ch05-sort-state")["categories"]
    for category, area in areas.items():
        assert {FIELDS[fields[item]].area for item in categories[category]} == {area}
    assert categories["Not in the VMCS, saved by the monitor"] == [
        "The guest's RAX",
        "The guest's CR2",
        "The guest's XMM0",
    ]


REGIONS = Processor().vmcss.set(
    0x2000, configured(MINIMAL).write({**HOST_STATE, **guest_state(replace(boot(), cr0=0x31, cr4=0x2000))})
)
ON, LOAD = Operation("VMXON", 0x1000), Operation("VMPTRLD", 0x2000)


def test_launch_or_resume():
    words = {"fail-valid": "fails", "succeed": "ok", "entry": "ok"}
    processor = run(operate, Processor(vmcss=REGIONS), [ON]).final
    for step, result, launched in question("ch05-launch-or-resume")["rows"]:
        name = step.split()[0].rstrip(",")
        done = run(operate, processor, [Operation(name, 0x2000)])
        processor = done.final
        assert words[done.kinds[-1]] == result, step
        assert processor.vmcss[0x2000].launched == (launched == "launched"), step
        if not processor.root:
            processor = run(operate, processor, [Operation("VMCALL")]).final


def test_order_first_run():
    processor = Processor(vmcss=REGIONS)
    for item in question("ch05-order-first-run")["items"]:
        name = "VMCALL" if item == "VM exit" else item.split()[0]
        done = run(operate, processor, [Operation(name, 0x1000 if name == "VMXON" else 0x2000, "Guest RSP")])
        assert done.kinds[-1] in ("succeed", "entry", "exit"), item
        processor = done.final


@pytest.mark.parametrize("number", range(5))
def test_kinds_of_failure(number):
    write = Operation("VMWRITE", field="Pin-based VM-execution controls", value=1 << 31)
    wrong = Operation("VMWRITE", field="Guest CR0", value=0)
    launch, resume = Operation("VMLAUNCH"), Operation("VMRESUME")
    courses = (
        ((ON, launch), "fail-invalid", "CF is set"),
        ((ON, LOAD, resume), "fail-valid", "ZF is set"),
        ((ON, LOAD, write, launch), "fail-valid", "ZF is set"),
        ((ON, LOAD, wrong, launch), "entry-failure", "Execution goes on at the host RIP, with bit 31"),
        ((launch,), "fault", "The instruction raises #UD"),
    )
    operations, kind, words = courses[number]
    assert run(operate, Processor(vmcss=REGIONS), operations).kinds[-1] == kind
    assert question("ch05-kinds-of-failure")["pairs"][number]["right"].startswith(words)


def test_the_old_offenders_do_not_exit_and_act_on_the_guests_own_state():
    vmcs = configured(MINIMAL)
    for text in ("popf", "pushf", "sgdt [0xd000]", "sidt [0xd000]", "smsw ax", "push cs", "str ax", "sldt ax"):
        instruction = parse_instruction(text)
        assert exit_of(vmcs, boot(), instruction) is None
        execute(boot(), instruction)
