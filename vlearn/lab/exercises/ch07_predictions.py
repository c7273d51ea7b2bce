"""What the predictions of chapter 7 ask. A wrong choice about a run is worded as the model words its events."""

from vlearn.lab.exercise import Asked

PREDICTIONS = {
    "ch07-driver-exits": Asked(
        "ch07-trace-emulated-device",
        "Registers have no memory behind them. Packets and descriptors lie in the guest's own memory, which is mapped.",
        "A driver stores a packet in a buffer, fills its descriptor, and stores the new tail in the register TDT."
        " After the interrupt it reads the cause from ICR, looks at the descriptor, and stores to IMS. Which of the six"
        " accesses exit?",
        "three: those to TDT, ICR and IMS",
        {
            "all six: the card is emulated, so each access concerns it": "What is there to emulate about memory?",
            "two: the stores to TDT and IMS": "A load from a register has to get its answer from somewhere, too.",
            "four: those to the descriptor, TDT, ICR and IMS": "The card reads the descriptor later, by itself.",
        },
    ),
    "ch07-early-end": Asked(
        "ch07-explain-split-driver",
        "The entry is in use: domain 2 could still look into a page that has meanwhile become something else.",
        choices={
            "domain 3 ends the access to reference 8": "Not as long as somebody could still use the page.",
            "the hypervisor removes what domain 2 had mapped of domain 3 (1 in all)": "It does so when domain 2 dies."
            " An owner cannot force it.",
        },
    ),
    "ch07-second-publication": Asked(
        "ch07-trace-ring",
        "The backend has been woken and not gone to sleep since. It looks at the ring again before it does.",
        choices={
            "req_event is reached: the frontend notifies the backend": "It was reached by the first publication. Has"
            " anybody set it since?",
            "the ring has no free slot: the frontend has to wait for responses": "Three of four slots are taken.",
        },
    ),
    "ch07-after-crash": Asked(
        "ch07-explain-split-driver",
        "The frontend keeps each request until its response arrives, and places those without one in the new ring."
        " To write the same block twice does no harm; a lost request would.",
        "A driver domain crashes when it has done a request but not yet answered it. It is started again. How often"
        " will the request have been done in the end?",
        "twice: the frontend asks again",
        {
            "once: the response is still in the ring": "The old ring is given up together with its grant.",
            "once: the disk remembers what it has done": "A disk remembers blocks, and no requests.",
            "once, and the program gets an error": "Programs notice nothing but a pause.",
        },
    ),
    "ch07-no-iommu": Asked(
        "ch07-predict-dma",
        "The card knows nothing of guests and their addresses. This page belongs to somebody else.",
        choices={
            "01:00.0 writes 4 bytes at 0x3000, which is 0x113000 of the host": "Who should have translated it? The EPT"
            " translates what the processor accesses.",
            "the IOMMU blocks a write: fault 0x05 for 01:00.0 at 0x3000: the domain's table allows no write there": ""
            "This host has none.",
        },
    ),
    "ch07-entries-under-load": Asked(
        "ch07-count-costs",
        "A backend that is awake looks at the ring again before it sleeps, and with much to do it hardly ever sleeps.",
        "By a split driver, a guest sends a packet now and then, and enters the hypervisor once for each: a hypercall"
        " to notify the backend. Now four guests send as fast as they can. How many entries does a packet take?",
        "far fewer than one",
        {
            "one, as before": "Whom would it notify? Remember the event index.",
            "more than one, as the rings are full": "A frontend that finds its ring full waits for an event; it does"
            " not ask again.",
            "four: one for each guest": "Each guest has a ring and a channel of its own.",
        },
    ),
}
