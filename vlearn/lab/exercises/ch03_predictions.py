"""What the predictions of chapter 3 ask. A wrong choice about a run is worded as the model words its events."""

from vlearn.lab.exercise import Asked

_HOOK = "frame 0xfe, entry 0x1 becomes frame 0x30 (P R/W)"
PREDICTIONS = {
    "ch03-system-call": Asked(
        "ch03-trace-hypercall",
        "The monitor put the guest's own gate into the real IDT once, so ordinary system calls pass it by. In 64-bit"
        " mode they no longer can.",
        choices={
            "INT 0x80: from the process in ring 3 to the monitor in ring 0": "So it is under trap-and-emulate. A ported"
            " kernel has told its monitor where system calls go.",
            "#GP: from the process in ring 3 to the monitor in ring 0": "The gate has DPL 3: ring 3 may use it.",
            "hypercall iret: from the process in ring 3 to the monitor in ring 0": "Only the kernel's ring may make"
            " hypercalls.",
        },
    ),
    "ch03-cs-in-ring-1": Asked(
        "ch03-explain-deprivileging",
        "Bits 1:0 of CS are the CPL, and reading CS does not trap. The kernel can see that it is not in ring 0.",
        "A kernel has loaded CS with `0x08`. Its rings are compressed to 0/1/3. What does `mov eax, cs` give it?",
        "0x9: the real CPL is in the low two bits",
        {
            "0x8: the monitor emulates the read": "It hears of nothing: MOV from a segment register never traps.",
            "0x8: a selector stays what was loaded": "So it is for DS. In CS and SS the low two bits are the CPL.",
            "0xb: what is not ring 0 is user mode": "That would be ring 3, as under 0/3. Rings 1 and 3 are different.",
        },
    ),
    "ch03-gibibyte": Asked(
        "ch03-count-page-table-traps",
        "1 GiB / 4 KiB = 262,144 entries; 4096 / 4 = 1024 of them in a page table; so 256 page tables.",
        "A kernel with entries of 4 bytes maps 1 GiB in pages of 4 KiB. How many page tables hold the entries?",
        "256",
        {
            "1000": "That is about how many entries one page table has. How many tables do all the entries fill?",
            "512": "With entries of 8 bytes. Here a page table of 4096 bytes has 1024 entries.",
            "262,144": "So many entries there are, one for each page.",
        },
    ),
    "ch03-first-hook": Asked(
        "ch03-predict-validation",
        "The guest could still write to frame 0x30, past every check. One frame is one thing at a time.",
        choices={
            f"{_HOOK}: accepted": "The guest has a writable mapping of frame 0x30. What could it do to its new page"
            " table?",
            f"{_HOOK}: refused, as frame 0x31 belongs to the monitor": "Frame 0x31 is the guest's: the first update"
            " mapped it, too.",
            f"{_HOOK}: refused, as frame 0x30 is not pinned": "A pin keeps a type while nobody uses the table. It is"
            " not needed for its first use.",
        },
    ),
    "ch03-forgotten-popf": Asked(
        "ch03-port-kernel",
        "POPF traps in no ring, and at CPL 1 with IOPL 0 it leaves IF alone: only the mask is wrong.",
        "Somebody ports a kernel and misses one CLI, one HLT, one POPF. Of which does the monitor never hear?",
        "POPF: it does not trap, and silently leaves IF as it is",
        {
            "CLI: it is as harmless in ring 1 as any load": "It raises #GP where CPL > IOPL, so the monitor notices.",
            "HLT: the monitor waits for the next event": "It is privileged: #GP, and the monitor ends this guest.",
            "none: the assembler refuses them in ring 1": "An assembler does not know in which ring code will run.",
        },
    ),
    "ch03-nested-mapping": Asked(
        "ch03-judge-speed",
        "With nested paging the guest's tables are its own business, and stores to them are stores. The price is paid"
        " at TLB misses (chapter 6).",
        "An unmodified kernel under VT-x *with nested paging* maps 1 GiB entry by entry. How many VM exits do these"
        " stores cause?",
        "0",
        {
            "262,144": "With shadow page tables. What does the monitor want with the guest's tables here?",
            "256": "Nobody announces page tables: the kernel is unmodified.",
            "512": "Nobody announces page tables: the kernel is unmodified.",
        },
    ),
}
