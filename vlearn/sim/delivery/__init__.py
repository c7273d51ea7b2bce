"""Delivery: how a change reaches its users, from a commit to a release, and what that comes to over a year.

    read_workflow(text, reviewers), read_jenkinsfile(text)        # workflow, jenkinsfile: both give a Pipeline
    run(run_pipeline, PipelineRun(pipeline), [Push("main")])      # pipeline, graph, job; running, run_pipeline
    run(deliver, Delivery(DEPLOYMENT), [Push(Change("c1"))])      # commit, stages, changes, artifacts
    diagnose(stop)                                                # diagnosis: own fault, flake, clash, or another's
    build(modules, cache), Suite(1000, 0.5, 0.001).false_alarm    # building, suites
    run(work, MergeQueue(), [Enqueue(change), Merge(4)])          # merge_queue: batches, halving, first_bad
    admit(pushes, minutes, cancels)                               # concurrency
    run(release, Release(), [RollOut(version, Canary())])         # release, phases: four strategies and the way back
    run(operate, Servers.of(3, tls="1.2"), [Patch(...)])          # servers: drift; flags: released without deploying
    measures(log, days), simulate(Team(), Random(1))              # measures, team, year: DORA's four, what moves them

Each name is in one of the modules that its comment names. Times are minutes.
"""
