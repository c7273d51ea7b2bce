"""What the predictions of chapter 8 ask. A wrong choice about a run is worded as the model words its events."""

from vlearn.lab.exercise import Asked

PREDICTIONS = {
    "ch08-one-more-word": Asked(
        "ch08-explain-properties",
        "The monitor hears only of what traps. `GMODE` runs directly, sees the real mode, and stores a 1.",
        choices={
            "GMODE 7 traps to the monitor, which carries it out on the virtual machine": "It has no reason to trap: it"
            " works in either mode.",
            "GMODE 7 traps to the monitor, which hands the trap to the guest's own kernel": "That would be a trap in"
            " virtual user mode, or a supervisor call.",
            "GMODE 7 is interpreted by the monitor, as all code of virtual supervisor mode": "A hybrid monitor would."
            " This is a plain one, which waits for traps.",
        },
    ),
    "ch08-supervisor-call": Asked(
        "ch08-classify-instructions",
        "It traps in supervisor mode too, and one such pair of states is enough. Nor need it be privileged: the monitor"
        " hears of it in either mode.",
        "`SVC` traps in user mode and in supervisor mode alike. Is it privileged?",
        "No: in supervisor mode it traps as well",
        {
            "Yes: in user mode it traps": "That is the first half of the definition. Look at the second.",
            "Yes: it ends in supervisor mode": "So does every trap here, whatever caused it.",
            "No: programs in user mode may execute it": "They may execute anything. What counts is what happens then.",
        },
    ),
    "ch08-hybrid-run": Asked(
        "ch08-apply-theorems",
        "In virtual supervisor mode a hybrid monitor interprets everything, so `GMODE` finds the mode that the guest"
        " believes in. The price: the whole kernel runs interpreted.",
        choices={
            "GMODE 7 runs directly, in user mode": "In virtual user mode it would. The handler is the kernel's.",
            "GMODE 7: the machines differ in E[7]: 0x0 on the bare one, 0x1 under the monitor": "That was the plain"
            " monitor, which lets the instruction run on the real machine.",
            "GMODE 7 traps to the monitor, which carries it out on the virtual machine": "It traps in neither mode, and"
            " no monitor changes that.",
        },
    ),
    "ch08-popf": Asked(
        "ch08-compare-x86",
        "At CPL 0 it changes IF and IOPL: control sensitive. At CPL 3 with IOPL 0 it changes neither, and its result"
        " depends on no resource; so no state in user mode convicts it.",
        "POPF at IOPL 0 changes IF at CPL 0, and silently keeps it at CPL 3. What is it by the definitions?",
        "control sensitive, but not user sensitive",
        {
            "control sensitive, in user mode too": "At CPL 3 and IOPL 0 it leaves IF and IOPL as they are.",
            "mode sensitive, but not control sensitive": "In a pair for mode sensitivity, both runs keep all resources;"
            " at CPL 0 this one changes IF.",
            "privileged and control sensitive": "Keeping quiet is not trapping: nobody hears of the POPF at CPL 3.",
        },
    ),
    "ch08-umip-rest": Asked(
        "ch08-compare-x86",
        "UMIP makes the five that store a system register fault in user mode. It was made to hide addresses, not to"
        " meet Theorem 1, and leaves the rest alone.",
        "UMIP makes SGDT, SIDT, SLDT, SMSW and STR fault at CPL 3. Does x86 with UMIP meet the condition of Theorem 1?",
        "No: POPF, PUSH CS and others still do not trap",
        {
            "Yes: these five were all that did not trap": "Robin and Irvine's list as printed has 18 names.",
            "Yes, but only as long as IOPL is 0": "IOPL decides about CLI, STI, IN and OUT. POPF never traps here.",
            "No: the five do not trap at CPL 0 either": "They need not: privileged means no trap in supervisor mode.",
        },
    ),
    "ch08-non-root-popf": Asked(
        "ch08-compare-x86",
        "In non-root operation the guest's kernel has CPL 0 and flags of its own, loaded at VM entry. POPF changes the"
        " guest's flags, which are content and no resource any more.",
        "In VMX non-root operation with the usual controls, POPF still never exits. Does it break Theorem 1 there?",
        "No: it acts on the guest's own flags, and is innocuous",
        {
            "Yes: what does not exit cannot be controlled": "Only what is sensitive needs to exit. Is it, here?",
            "No: the monitor scans the code for it first": "That is binary translation, which this replaces.",
            "Yes: the guest can turn the host's interrupts off": "With external-interrupt exiting, IF is the guest's:"
            " interrupts exit whatever it says.",
        },
    ),
}
