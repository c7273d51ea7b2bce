"""What the predictions of chapter 6 ask. A wrong choice about a run is worded as the model words its events."""

from vlearn.lab.exercise import Asked

PREDICTIONS = {
    "ch06-first-prediction": Asked(
        "ch06-walk-page-table",
        "U/S is clear in the last entry: the page is for the kernel alone. Rights are judged before A is set.",
        choices={
            "the processor sets A in the PTE": "In the entry that maps a page, only if the access is allowed.",
            "0x803010 is at physical address 0x28010": "So it was for the kernel. What do the entries so far allow?",
            "#PF: the PTE is not present; error code 0x4 (U/S), CR2 = 0x803010": "Its flag P is 1: it is present.",
        },
    ),
    "ch06-who-maps": Asked(
        "ch06-distinguish-address-spaces",
        "The map from guest-physical to host-physical belongs to the hypervisor alone: that is what isolates guests.",
        "A guest's kernel maps a page to guest-physical 0x7000. Who decides where in the host's memory that is?",
        "the hypervisor, in tables that the guest cannot see",
        {
            "the guest's kernel, through CR3": "CR3 and the guest's tables end at a guest-physical address.",
            "nobody: it is host-physical 0x7000 as well": "Then two guests that both use 0x7000 would collide.",
            "the processor, which hands out free frames": "The processor only follows tables; it allocates nothing.",
        },
    ),
    "ch06-first-entry": Asked(
        "ch06-walk-page-table",
        "Bits 31:22 of the address are 3, and entries have 4 bytes: the entry is at 0x3000 + 3 × 4.",
        choices={
            "the processor reads the PDE at 0x3003: 0x0 (no flag)": "The index counts entries, and each has 4 bytes.",
            "the processor reads the PDE at 0x3008: 0x5007 (P R/W U/S)": "That is entry 2. Split the address again.",
            "the processor reads the PTE at 0x400c: 0x9a007 (P R/W U/S)": "The directory must say first where it is.",
        },
    ),
    "ch06-tlb-second-round": Asked(
        "ch06-count-misses",
        "Three pages in turn through two ways under LRU never hit: each is the least recently used when it is needed.",
        "In the second round, how many of the four reads hit?",
        "one: page 9",
        {
            "four: the TLB has four entries": "Four entries, but in two sets: three of the pages compete for two ways.",
            "none: LRU has evicted everything": "Page 9 is alone in its set; nothing evicts it.",
            "two: two of the three even pages are still there": "LRU evicts each of the three before it is read again.",
        },
    ),
    "ch06-fifth-reference": Asked(
        "ch06-count-references",
        "The four EPT entries found where the guest's root table is; now its entry can be read.",
        choices={
            "the processor reads gL3:nL4, the EPT PML4E at 0x1000: 0x2007 (R W X)": "What would it translate?",
            "the processor reads gPA:nL4, the EPT PML4E at 0x1000: 0x2007 (R W X)": "That is the walk for the data.",
            "the processor sets A in gL4, the guest's PML4E": "It does, but not before it has read the entry.",
        },
    ),
    "ch06-both-refuse": Asked(
        "ch06-diagnose-nested-fault",
        "P is judged as soon as the entry is read: a page fault in the guest. Only a walk that gets through yields an"
        " address for the EPT, which is never asked about that page.",
        choices={
            "EPT violation at guest-physical 0x7123: a VM exit with qualification 0x181"
            " (data read, linear address valid, final translation)": "The walk ends before there is one to ask for.",
            "the processor reads gPA:nL4, the EPT PML4E at 0x1000: 0x2007 (R W X)": "That would translate the address"
            " in the PTE, but an entry with P = 0 holds none.",
            "EPT misconfiguration at guest-physical 0x7123: the EPT PTE allows writes but not reads": "That is an EPT"
            " entry with an impossible setting. Here it allows nothing, which is possible; but is it read?",
        },
    ),
}
