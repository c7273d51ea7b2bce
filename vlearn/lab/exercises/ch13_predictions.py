"""What the predictions of chapter 13 ask. A wrong choice about a run is worded as the model words its events."""

from vlearn.lab.exercise import Asked

PREDICTIONS = {
    "ch13-fewer-releases": Asked(
        "ch13-explain-feedback",
        "A deployment fails if one of its changes is faulty: with fifty of them, 1 - 0.99 to the power of 50 is 0.39."
        " And then fifty changes are suspects.",
        "A team makes fifty changes a day. One in a hundred has a fault that no test finds, whatever the others have."
        " It releases all of a day together now, instead of each change by itself. Which share of its deployments"
        " fails now?",
        "about two in five",
        {
            "one in a hundred, as before": "Of the changes, yes. A deployment holds fifty of them now.",
            "one in five thousand": "Each change is as likely to have a fault as before. What does a day hold?",
            "none: there is time to look for faults": "Nothing was said of more tests. And fifty hide each other.",
        },
    ),
    "ch13-after-a-stop": Asked(
        "ch13-trace-commit",
        "`c2` joined the mainline when its tests were green. The image with `c3` holds both, and the fault.",
        choices={
            "acceptance runs the acceptance tests on staging, as 6658289e6669: green at 113 min":
                "Which changes is this image made of?",
            "users see 6658289e6669 at 98 min": "The acceptance tests come before production, and have not run.",
            "production goes back to 22cfa005e9b9, which is still in the registry":
                "Users have it already: `c2` never came so far.",
        },
    ),
    "ch13-built-again": Asked(
        "ch13-trace-commit",
        "The digest names the bytes. Another compiler makes others of the same source, and nobody has tested those.",
        "An image was tested on staging. For production, a script builds it again from the same commit, on a machine"
        " whose compiler was updated this morning. What runs in production?",
        "another image, which has not been tested",
        {
            "the image that was tested: the commit is the same": "The commit is. What else goes into a build?",
            "the image that was tested: tags make sure of it": "A tag is a name that may be given to any image.",
            "nothing: the registry refuses a second build": "A registry takes any image; a tag is then moved.",
        },
    ),
    "ch13-button": Asked(
        "ch13-distinguish-continuities",
        "A gate that a person opens makes it delivery, however small the button and however automatic all the rest.",
        "Every change that passes all tests waits on staging. Each morning somebody looks at it and presses *Deploy*,"
        " and the rest is automatic. What is that?",
        "continuous delivery",
        {
            "continuous deployment": "Who decides that a change goes to production? Not the pipeline.",
            "continuous integration": "It is that too, but integration ends with tests of the merged whole.",
            "none of the three": "Each change could go live at any time, which has a name.",
        },
    ),
    "ch13-next-job": Asked(
        "ch13-write-pipeline",
        "Both runners were taken, so a job that was ready had to wait. It comes before any whose needs are not done.",
        choices={
            "Staging starts at 10 min": "It needs all of the checks, and they are not done.",
            "Browser passes at 13 min": "It will. But a runner is free now: does anything wait for one?",
            "Report starts at 10 min": "Stages come one after the other, and Staging is not done.",
        },
    ),
    "ch13-skipped-need": Asked(
        "ch13-write-pipeline",
        "In GitHub Actions a job that is skipped takes along those that need it, unless their `if` says otherwise.",
        "This workflow runs upon a push to `feature`. What becomes of `report`?",
        "it does not run, as `staging` was skipped",
        {
            "it runs once `checks` have passed": "It needs `staging`. What is said of those who need a skipped job?",
            "it fails, as `staging` is missing": "Nothing fails: the run is green.",
            "it waits until somebody pushes to `main`": "A run knows one push. Another one is another run.",
        },
    ),
    "ch13-skipped-stage": Asked(
        "ch13-write-pipeline",
        "In a Jenkinsfile the stages come one after the other. One whose `when` does not hold is passed over.",
        "Now the Jenkinsfile, upon a push to `feature`. What becomes of the stage `Report`?",
        "it runs after the checks",
        {
            "it does not run, as `Staging` was skipped": "So it is in GitHub Actions. Does `Report` name a need?",
            "it runs first, as nothing is before it": "The stages before it still come first, save the one left out.",
            "Jenkins refuses the file on such a branch": "Conditions are looked at while it runs.",
        },
    ),
    "ch13-cancel": Asked(
        "ch13-write-pipeline",
        "Each push ends the run of the one before, when it has six minutes to go. Only the last is left alone.",
        "Runs of one branch are a group, with `cancel-in-progress: true`. Somebody pushes to it every 4 minutes for an"
        " hour; a run takes 10 minutes. Which runs come to their end?",
        "that of the last push alone",
        {
            "that of the first push alone": "Four minutes after it the next push came.",
            "one every ten minutes": "So it would be if each run were let to its end.",
            "none: all of them are cancelled": "By whom is the last one cancelled?",
        },
    ),
    "ch13-two-greens": Asked(
        "ch13-diagnose-stop",
        "Git compares lines. Ann's function has another name now, and Bo's new line calls it by the old one: each is"
        " right alone, and the sum does not run.",
        "Ann renames a function everywhere. Meanwhile Bo adds a call of it in another file, and a test of that. The"
        " tests of both branches are green. Both are merged. What happens?",
        "Git merges them in silence, and the mainline is red",
        {
            "Git reports a conflict to whoever merges second": "They have changed different lines of different files.",
            "the mainline is green, as both branches were": "Was what is in the mainline now ever tested?",
            "Git renames the function in Bo's line, too": "Git knows lines, and nothing of functions.",
        },
    ),
    "ch13-thousand-tests": Asked(
        "ch13-diagnose-stop",
        "All must be green: 0.999 to the power of 1,000 is 0.37. So people learn to press *run again*, also where the"
        " red was true.",
        "A suite has 1,000 tests, and each of them, whatever the others do, fails by chance in one run of 1,000. In"
        " which share of runs is a right commit red?",
        "about two in three",
        {
            "one in a thousand": "That is a single test. One of a thousand is enough.",
            "one in ten": "Think of the probability that all 1,000 are green.",
            "every one of them": "On average one test fails in each run. In some there are two, in others none.",
        },
    ),
    "ch13-old-change": Asked(
        "ch13-compute-measures",
        "It is a median: the middle one of all changes. One at the end may be as far away as it likes.",
        "Of a month's 200 changes nearly all were in production within a day. One had been forgotten on a branch for"
        " half a year, and came last. What does it do to the month's change lead time?",
        "next to nothing",
        {
            "it becomes about a day longer": "So it would be with the mean: 180 days over 200 changes.",
            "it becomes half a year": "That is the longest one, which nobody measures by.",
            "it becomes three months": "Halfway between the two? The middle one of 200 is meant.",
        },
    ),
    "ch13-batch-one": Asked(
        "ch13-predict-bottleneck",
        "Fifty runs of 20 minutes are 1,000 minutes of work a day, for two lanes of 480. Each day a few more changes"
        " wait.",
        "Fifty changes a day of 480 minutes; at night nothing runs. A run of build and tests takes 20 minutes, two of"
        " them go on at once, and each has tested five changes. From now on each change gets a run of its own. What"
        " becomes of the lead time?",
        "it grows day by day, as a queue does",
        {
            "it falls to about a fifth": "The wait for others falls away. What about the wait for a lane?",
            "it falls to 20 minutes": "If a lane were free. How many minutes of runs come in a day?",
            "it stays: a run takes what it took": "Lead time counts waiting, too: for a batch to fill, and for a lane.",
        },
    ),
    "ch13-way-back": Asked(
        "ch13-choose-release",
        "The old servers are gone, so they are started again, in the same way: one at a time, two minutes each.",
        "Ten servers got a new version by a rolling update, one at a time: a new server starts, which takes 2"
        " minutes, and then an old one stops. An hour later a fault is noticed, and all is taken back in the same way."
        " How long until the last user has the old version again?",
        "20 minutes",
        {
            "no time at all": "Users are switched at once where the old servers still stand. Do they?",
            "2 minutes": "If all are replaced at a time, at which nobody answers.",
            "an hour": "The fault was there for an hour. The way back does not repeat that.",
        },
    ),
    "ch13-debug-stays": Asked(
        "ch13-choose-release",
        "Configuration management sets what is declared, and knows nothing of the rest. A server that is replaced by"
        " one of an image has lost it.",
        "On server 2 somebody has switched `debug` on by hand, which no declaration mentions. Then `tls` is declared"
        " to be 1.3, and configuration management runs on every server. What becomes of `debug` on server 2?",
        "it stays on",
        {
            "it is switched off, as it is not declared": "It sets what it knows of. Does it know of `debug`?",
            "it is switched on everywhere": "It copies from the declaration to servers, never the other way.",
            "server 2 is replaced by a clean one": "That is the other way of working: immutable servers.",
        },
    ),
}  # fmt: skip
