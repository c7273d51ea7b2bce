"""What the predictions of chapter 15 ask: about applications and their load; those about messages are in a module of
their own. Times and rates are made up."""

from vlearn.lab.exercise import Asked
from vlearn.lab.exercises.ch15_predictions_messages import OF_MESSAGES

PREDICTIONS = {
    "ch15-same-servers": Asked(
        "ch15-compare-monolith",
        "Whoever comes takes any of the ten. With five each, one service's servers stand idle while the other's"
        " queue waits.",
        "A monolith of ten servers, or two services of five: the same customers, the same work, half of them for each"
        " service. Calls take no time, and nothing fails. Where is the mean wait shorter?",
        "in the monolith: any of its servers may help anybody",
        {
            "in the services: each has the shorter queue": "It also has half of the servers. What if one kind of"
            " customers comes in a bunch?",
            "in both alike: they have the same servers and the same work": "The same servers, but not all of them may"
            " help everybody.",
            "in the services: they work side by side": "So do the ten servers of the monolith.",
        },
    ),
    "ch15-slow-kitchen": Asked(
        "ch15-predict-cascade",
        "Whoever waits for a slow service holds a server meanwhile. Orders wait for the kitchen. Delivery is called by"
        " it and waits for nobody, payment is done before the kitchen is called.",
        "Now the kitchen takes 60 times as long, and everything else is as fast as ever; 20 orders a second go on"
        " coming. Which services soon have no free server, and a queue?",
        "the kitchen and orders",
        {
            "the kitchen alone": "Who waits for its answers? Each of them keeps a server waiting.",
            "the kitchen and delivery": "Delivery is called by the kitchen, and gets less to do than before.",
            "orders, payment, the kitchen and delivery": "Follow the arrows *against* their direction, from it.",
        },
    ),
    "ch15-slow-or-down": Asked(
        "ch15-predict-cascade",
        "A service that is down refuses at once, and its callers are free again. Behind a slow one they wait, and hold"
        " their servers until none is left for anybody.",
        "A web shop without any guard: everybody gets the menu, three visitors in ten also check out and wait for a"
        " bank. For 15 s the bank is either down (it refuses at once) or 50 times as slow. What do visitors notice who"
        " only want the menu?",
        "nothing if the bank is down; seconds of waiting if it is slow",
        {
            "seconds of waiting if the bank is down; nothing if it is slow": "A refusal comes at once. Who holds a"
            " server longer?",
            "nothing in either case: the menu needs no bank": "It needs a server of the web. How many are left?",
            "failures if the bank is down; nothing if it is slow": "Only a checkout fails when the bank refuses.",
        },
    ),
    "ch15-retries": Asked(
        "ch15-predict-cascade",
        "Each of the three tries of `a` makes three tries of `b`, and each of these three of `c`: 3 × 3 × 3.",
        "`a` calls `b`, `b` calls `c`, `c` calls `d`. Each of the three calls is tried up to three times in all, and"
        " whoever fails thrice fails. `d` is down. How many calls does `d` get for one request to `a`?",
        "27",
        {
            "3": "That is what `c` makes before it gives up. Who then calls `c` again?",
            "9": "Three by `c`, for each try of `b`. And for each try of `a`?",
            "81": "There are four services, but three calls between them.",
        },
    ),
    "ch15-double-load": Asked(
        "ch15-compute-waiting",
        "The wait grows as ρ / (1 − ρ): from 0.45 / 0.55 to 0.9 / 0.1, which is eleven times as much.",
        "One server, Poisson arrivals, exponential work. The server is busy for 45 % of the time. Now twice as many"
        " requests come. By which factor does the mean wait in the queue grow?",
        "about 11: what matters is the share that is left",
        {
            "2: there is twice as much to do": "To do, yes. But each waits for those before, who wait as well.",
            "about 4: it grows with the square of the load": "The square would be 4. Compute 1 − ρ before and after.",
            "1: the server is still not busy all the time": "Arrivals come in bunches, so some wait long before that.",
        },
    ),
    "ch15-which-to-scale": Asked(
        "ch15-compute-waiting",
        "The kitchen has two servers, hardly any to spare. Those of orders are taken because they wait: for payment,"
        " and above all for the kitchen.",
        "20 orders a second come to the pizza shop of waiting calls. Share of servers taken (in brackets: at work):"
        " orders, with 8 servers, 91 % (5 %); payment, with 4, 80 % (50 %); the kitchen, with 2, 86 % (50 %); delivery,"
        " with 2, 62 % (61 %). One service gets one more server. Which choice shortens the customers' time most?",
        "the kitchen: it has the fewest servers to spare",
        {
            "orders: most of its servers are taken": "Taken, but hardly one at work. For whom do they wait?",
            "payment: its work takes longest": "One server more is a quarter for it. Who has two, and less to spare?",
            "delivery: most of its servers are at work": "They are, and yet four in ten are free at any time.",
        },
    ),
    "ch15-limits": Asked(
        "ch15-explain-containment",
        "The kernel kills a process of the cgroup that asks for too much, and spares its neighbours on the host. Who"
        " waits for an answer over the network is no neighbour: that is a matter of time-outs, breakers and messages.",
        "Each service runs in a container with a memory limit of its own. Payment leaks memory until the kernel kills"
        " it for its limit. `orders` waits for its answers. What does the container keep away from `orders`?",
        "the shortage of memory, but not the missing answers",
        {
            "the shortage of memory and the missing answers": "The answers go over the network. Who would give them?",
            "the missing answers, but not the shortage of memory": "Whose limit is it? Payment's, and payment pays.",
            "neither: both run on the same kernel": "They do, and that kernel counts memory by cgroup.",
        },
    ),
    "ch15-compose-host": Asked(
        "ch15-choose-platform",
        "A restart policy is carried out by the engine of that host. Nobody else knows of the application.",
        "An application runs by Compose on one host, `restart: always` for each service. The host loses its"
        " power for an hour; another one with an engine stands beside it. What runs a minute later?",
        "nothing: somebody has to start it",
        {
            "everything: the restart policy starts it on the other host": "Which program would see to that, and where"
            " does it run?",
            "everything that keeps no data": "Keeping no data makes a move easy. Who makes it?",
            "the services of which there are two replicas": "On which host do both replicas of a service run?",
        },
    ),
    **OF_MESSAGES,
}  # fmt: skip
