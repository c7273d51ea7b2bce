"""What the predictions of chapter 9 ask. A wrong choice about a run is worded as the model words its events."""

from vlearn.lab.exercise import Asked

PREDICTIONS = {
    "ch09-after-state": Asked(
        "ch09-order-stages",
        "Only what is acknowledged may be given up: the source still has everything, and can call it all off.",
        choices={
            "the machine resumes at the destination": "Then two hosts would have the right to run it.",
            "the source gives up its right to run the machine and its processor state: there is no way back":
                "Does the source know by now that everything has arrived?",
            "the source frees the machine's memory: it is no longer needed":
                "Then nobody would have it if the destination were missing a page.",
        },
    ),
    "ch09-what-waits": Asked(
        "ch09-choose-strategy",
        "What is left after the rounds, and the processors' state, are sent while nobody runs the machine.",
        "A machine is moved by pre-copy, and its clients measure how long it does not answer. Which part is that?",
        "from the pause until the machine runs at the destination",
        {
            "none: a live migration has no downtime": "The last dirty pages are sent while no new ones arise.",
            "from the first round until the last": "During the rounds the machine runs at the source, a little slower.",
            "from the first round until the source is freed": "That is the total time. Most of it, the machine runs.",
        },
    ),
    "ch09-twice-the-writes": Asked(
        "ch09-predict-convergence",
        "A round now leaves as much as it sent, so the next is as long, and so on: it is a race of writes against the"
        " link.",
        "A guest writes 50 MB/s, never twice to a page within a round; the link carries 100 MB/s, and a round leaves"
        " half of what it sent. Now the guest writes 100 MB/s, all over its memory. What happens to the rounds?",
        "each one leaves as much as the first",
        {
            "there are twice as many of them": "Half of what it sent was left before. Which share is it now?",
            "each takes twice as long, and they get shorter still": "The first takes as long as before. What does it"
            " leave?",
            "nothing: the link still keeps up": "It sends as fast as the guest writes, so it catches up with nothing.",
        },
    ),
    "ch09-hot-buffer": Asked(
        "ch09-predict-convergence",
        "A round of 250 MB takes 2 s, in which the guest goes over its buffer four times: 250 MB are dirty again.",
        "A guest of 4 GB goes over a buffer of 250 MB from end to end, again and again, writing 500 MB/s. The link"
        " carries 125 MB/s. How much is left after ten rounds?",
        "250 MB",
        {
            "4 GB: writes are four times as fast as the link": "A page that is written to ten times is sent once.",
            "less than 1 MB": "The guest writes faster than the link sends. No round gains anything.",
            "2.5 GB: 250 MB for each round": "What a round leaves is sent by the next one. It does not add up.",
        },
    ),
    "ch09-without-skips": Asked(
        "ch09-compute-rounds",
        "A page that is dirty again will be sent in the next round anyway. The first round takes so long that by its"
        " end the program has gone over its half many times, and the rule leaves nearly all of that out.",
        "MMuncher has 512 MB, and writes from end to end over half of that, again and again. With the skip rule, the"
        " first round sends about 256 MB. How much does it send without the rule?",
        "512 MB",
        {
            "256 MB: the other half is never written to": "That half has to come as well. Which half is left out?",
            "384 MB: half of the writes come too late": "Without the rule a round sends all that was to be sent.",
            "768 MB: the dirty half is sent twice": "A round sends a page once. The next one sends it again.",
        },
    ),
    "ch09-first-slot": Asked(
        "ch09-compare-schemes",
        "A page that was asked for goes before those that are pushed. The processor waits; the source does not.",
        choices={
            "page 1 is pushed": "It would be the next to push. But somebody is waiting for another.",
            "processor 0 reads page 8": "It cannot yet: the page is still at the source.",
            "the machine is paused: page 8 is missing": "Only the processor that touched it waits; another could run.",
        },
    ),
    "ch09-destination-crash": Asked(
        "ch09-diagnose-loss",
        "Since the switch the guest has run at the destination: what it has written is nowhere else.",
        choices={
            "the source calls the migration off and goes on with the machine: it has all of it":
                "It has the pages as they were at the switch, and gave up the processors' state.",
            "the machine goes on at the destination, which owns it and has all of it": "That is the host that failed.",
            "neither host has all of the machine, but both are up: it waits until the link is back":
                "The destination is not up, and does not come back.",
        },
    ),
    "ch09-across-sites": Asked(
        "ch09-plan-reconnection",
        "An unsolicited ARP is a broadcast within one layer-2 network; routers do not pass it on, and their routes"
        " still lead to the old site.",
        "A machine moves to another site, with other switches behind other routers, and keeps its IP address. The"
        " destination broadcasts an unsolicited ARP. Do its TCP connections go on?",
        "no: routers send its packets to the old site, until the connections are given up",
        {
            "yes: the ARP tells everybody where it is now": "Everybody on its own layer-2 network. Who else hears it?",
            "yes: the hypervisors keep a table of the host of each address": "Nobody asks hypervisors. Who forwards"
            " packets?",
            "no: TCP gives up as soon as a segment is lost": "It sends again for minutes. A short pause does no harm.",
        },
    ),
}  # fmt: skip
