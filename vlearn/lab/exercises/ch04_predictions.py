"""What the predictions of chapter 4 ask. A wrong choice about a run is worded as the model words its events."""

from vlearn.lab.exercise import Asked

PREDICTIONS = {
    "ch04-cli": Asked(
        "ch04-explain-direct-execution",
        "CLI faults where CPL is greater than IOPL. So the monitor gets the processor, and clears the virtual IF.",
        choices={
            "`cli` at 0x4005 runs directly in ring 1": "It would turn off the real interrupts, and with them the"
            " monitor's hold on the processor. IOPL is 0 to prevent this.",
            "the monitor does `cli` on the virtual processor, in its ring 0": "That is next but one: how does the"
            " monitor get the processor?",
            "#GP(0x0) (general protection) at 0x4005 in ring 1; the handler is at 0x4000 in ring 0": "A fault of the"
            " guest's own would go to the guest's handler. In its ring 0, CLI is no fault.",
        },
    ),
    "ch04-first-iret": Asked(
        "ch04-trace-system-call",
        "IRET is not privileged. A return to an outer ring is none of the processor's concern, and IF stays as it is,"
        " silently. The monitor never hears of it: virtual IF stays 0.",
        choices={
            "#GP(0x0) at 0x4159: the guest in ring 1 enters the monitor in ring 0": "So the notes have it. But IRET"
            " faults only where its target is not allowed, and ring 3 is allowed from ring 1.",
            "the monitor does `iret` on the virtual processor, in its ring 0": "Only if it had trapped.",
            "interrupt 0x20 from a device reaches the real processor, whose IF is 1, and enters the monitor": "It will,"
            " in a while. What comes first?",
        },
    ),
    "ch04-popf": Asked(
        "ch04-find-divergence",
        "POPF at CPL 1 and IOPL 0 leaves IF as it is. No trap: the guest believes that its interrupts are off, and"
        " the virtual IF is still 1.",
        choices={
            "#GP(0x0) at 0x402b: the guest in ring 1 enters the monitor in ring 0": "CLI does that. POPF faults in no"
            " ring of protected mode.",
            "the monitor does `popf` on the virtual processor, in its ring 0": "Nobody has called it.",
            "the monitor holds interrupt 0x20 back: the guest's IF is 0": "It would, had it heard that IF is to be 0.",
        },
    ),
    "ch04-umip": Asked(
        "ch04-write-probe",
        "SGDT, SIDT, SLDT, STR and SMSW fault at CPL > 0 now, and the monitor answers them. CS, LAR, PUSHF and POPF"
        " are as before.",
        "The probe finds nine signs of nine. UMIP makes SGDT, SIDT, SLDT, SMSW and STR fault outside ring 0. What does"
        " the probe find then?",
        "Four signs: five of the nine answers are the monitor's now",
        {
            "No sign: whatever is sensitive traps now": "Count what the table above asks with, less those five.",
            "Nine signs: a fault is as good a sign as a value": "The monitor gets the fault, not the guest.",
            "Five signs: those that fault tell the guest where it is": "A fault enters the monitor, which does what"
            " bare metal would have done.",
        },
    ),
    "ch04-second-pass": Asked(
        "ch04-count-translations",
        "Control arrives at the label for the first time: the unit that began at `start` holds the same instructions,"
        " but begins elsewhere. So this look-up finds nothing, and translates.",
        choices={
            "the unit at 0x4006 has been translated before": "Its instructions have, within another unit. A unit is"
            " found by the address at which it begins.",
            "the exit to 0x4006 has been patched: on to the unit there, without the monitor": "It will be, after this"
            " look-up.",
            "`push ecx` at 0x4006 is copied, and runs in ring 1": "From which unit? None begins here yet.",
        },
    ),
}
