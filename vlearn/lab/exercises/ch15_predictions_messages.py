"""What the predictions of chapter 15 ask about queues, logs, duplicates and sagas."""

from vlearn.lab.exercise import Asked

OF_MESSAGES = {
    "ch15-drain": Asked(
        "ch15-trace-messages",
        "In 20 s 10 a second make 200 messages. Then 30 a second are done and 10 a second come: 20 fewer each second.",
        "10 messages a second come, evenly, and are worked on by a consumer that can do 30 a second. It is down for 20"
        " s, the queue has room for all, and nothing is lost. For how long after its return is the queue not empty?",
        "10 s: 200 messages, and 20 fewer each second",
        {
            "20 s: as long as it was down": "That would be so if it did 20 a second. How many fewer wait after each"
            " second?",
            "6.7 s: 200 messages at 30 a second": "In that time new ones come.",
            "0 s: the messages have been delivered meanwhile": "To whom? They wait in the broker.",
        },
    ),
    "ch15-prefetch-full": Asked(
        "ch15-trace-messages",
        "What is not acknowledged comes back to where it stood. bob has as many as his prefetch allows, so it waits.",
        "m1 to m5 are published. ann (prefetch 1) holds m1; bob (prefetch 2) has acknowledged m2 and holds m3 and m4;"
        " m5 is ready. Now ann's connection ends, and nothing else happens. Where is m1?",
        "in the queue, before m5",
        {
            "lost: it had left the queue": "It leaves the queue for good when it is acknowledged.",
            "in the queue, behind m5": "It keeps its place: redelivery goes to the head, not to the tail.",
            "with bob": "How many may he hold without an acknowledgement?",
        },
    ),
    "ch15-two-groups": Asked(
        "ch15-trace-messages",
        "Reading takes nothing out of a log. Each group has offsets of its own, and a new one may begin at the earliest"
        " record.",
        "A topic holds 100 records, and the group `shop` has read and committed all of them. Nothing has been deleted."
        " Now a second group, `audit`, begins to read at the earliest offset. How many records does it get?",
        "100: all that the topic holds",
        {
            "0: they have been consumed": "From a work queue, yes. What does reading do to a log?",
            "50: the groups share them": "The members of *one* group share. Two groups do not know of each other.",
            "only those that come from now on": "So it would be at the latest offset.",
        },
    ),
    "ch15-note-first": Asked(
        "ch15-judge-duplicates",
        "The second delivery finds the id noted, and skips. Noting first loses a payment, booking first may double one:"
        " only both in one transaction does neither.",
        "A consumer first notes a message's id as done, in one transaction, then books its payment, in another. It"
        " crashes between the two, and the message is delivered again. What becomes of the payment?",
        "it is never booked",
        {
            "it is booked once": "What does the second delivery find when it looks for the id?",
            "it is booked twice": "At the crash it had not been booked at all.",
            "it is a dead letter: the id is taken": "An id that is noted means done. What does the consumer tell the"
            " broker then?",
        },
    ),
    "ch15-compensation": Asked(
        "ch15-trace-messages",
        "Steps that were done are undone in the reverse order, so the last one done comes first. What failed has done"
        " nothing.",
        choices={
            "orders: cancel the order": "It will be, in its turn. Which step was the last to succeed?",
            "kitchen: give the pizza away": "There is no pizza: that step failed.",
            "delivery: hand the pizza over": "A saga that has begun to compensate does not go forward again.",
        },
    ),
}  # fmt: skip
