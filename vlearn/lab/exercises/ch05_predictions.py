"""What the predictions of chapter 5 ask. A wrong choice about a run is worded as the model words its events."""

from vlearn.lab.exercise import Asked

EXITED = "VM exit {} at 0x4005 in ring 0: the guest's state goes into the VMCS, the host's comes from it"
"""An exit at the POPF of the prediction's program, as the monitor words it."""

PREDICTIONS = {
    "ch05-after-the-exit": Asked(
        "ch05-distinguish-modes",
        "An exit always leads to the monitor's code, wherever the guest was: root operation, ring 0, by the host's RIP"
        " and CS.",
        "A timer interrupts while a *program* of the guest runs, in ring 3 of non-root operation, and it exits. Where"
        " is the processor now?",
        "in root operation, ring 0",
        {
            "in root operation, ring 3": "Ring 3 of root operation is for programs of the host, such as QEMU.",
            "in non-root operation, ring 0": "There the guest's kernel runs. It gets the interrupt later, if at all.",
            "in ring −1, below all rings": "The manual has no such ring. Root operation has the same four.",
        },
    ),
    "ch05-popf": Asked(
        "ch05-explain-harmlessness",
        "The guest is in ring 0, so POPF does what it does on bare metal, to the guest's own flags, and no control"
        " makes it exit.",
        choices={
            EXITED.format("0 (exception or NMI)"): "POPF raises no exception in ring 0.",
            EXITED.format("12 (HLT)"): "That is the last instruction of the program.",
            "the monitor emulates `popf` on the virtual processor, in ring 0": "That takes an exit first.",
        },
    ),
    "ch05-registers": Asked(
        "ch05-classify-state",
        "The processor exchanges what the monitor cannot run without: RIP, RSP, flags, control and segment registers."
        " EAX the monitor's first instructions can save themselves.",
        "At an exit the processor saves the guest's EIP in the guest-state area. Where is the guest's EAX right after"
        " the exit?",
        "in EAX still, for the monitor to save",
        {
            "in the guest-state area of the VMCS": "It has no field for EAX. The slides say complete; it is not.",
            "in a second EAX, of non-root operation": "There is one set of registers.",
            "on the stack of the guest": "An exit pushes nothing. The guest must not see that there was one.",
        },
    ),
    "ch05-launch-again": Asked(
        "ch05-order-entry-and-exit",
        "VMLAUNCH wants the launch state clear; the first one has set it to launched. From now on it takes VMRESUME.",
        choices={
            "VMLAUNCH: the guest runs": "The launch state says that it did already.",
            "VMLAUNCH: VMfailInvalid": "There is a current VMCS, so the failure has a number.",
            "VMLAUNCH: VMfailValid(5): VMRESUME with non-launched VMCS": "That is the mistake the other way round.",
        },
    ),
    "ch05-cli": Asked(
        "ch05-explain-harmlessness",
        "With external-interrupt exiting, an interrupt exits whatever IF is. The monitor holds it back, and injects it"
        " when the guest takes interrupts again.",
        "A guest's kernel has executed CLI, and loops. External-interrupt exiting is on. The timer of the *machine*"
        " interrupts. What happens?",
        "It exits at once; the guest's IF does not count",
        {
            "Nothing, until the guest executes STI": "Then a guest could keep the processor for good by CLI.",
            "It goes through the guest's IDT at once": "The guest has said that it takes no interrupts now.",
            "CLI has exited already, and set a virtual IF": "No control makes CLI exit; IF is the guest's own.",
        },
    ),
    "ch05-build-farm": Asked(
        "ch05-choose-monitor",
        "Each new process means page-table writes. At the first VT-x each was an exit of some 12,700 cycles, and under"
        " translation 391. Nested paging ended that.",
        "A guest compiles all day: short processes by the thousand, which is page-table writes. Which monitor needed"
        " fewer cycles for it on a processor of 2005?",
        "binary translation, since each write exits under VT-x",
        {
            "the first VT-x, since system calls need no exit": "That is its strength, and not what this guest does"
            " most.",
            "the first VT-x, since hardware is faster than software": "An exit is hardware too, and took thousands of"
            " cycles.",
            "neither: page-table writes run directly under both": "Not without nested paging: shadow tables must follow"
            " each write.",
        },
    ),
}
