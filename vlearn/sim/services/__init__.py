"""Services: queues, calls that wait and messages that do not, what fails, and what spreads.

    erlang_c(rate, work, servers)                        # queueing: the formulas
    simulate(application, load, faults=[Down("db", 3)])  # application, load, simulate, report: runs of millions
    cascade(application, load, faults=[...])             # cascade: the same run as a Trace, for a few requests
    from_compose(text, work)                             # compose: an application from a Compose file
    shop(), with_messages(shop()), guarded(shop())       # pizza: the notes' shop; monolith: all in one program
    run(work, WorkQueue(), [Publish("a"), ...])          # messages.work_queue, .queue_state: RabbitMQ's model
    run(append, Log.empty(3), [Send("a", "key"), ...])   # messages.log, .log_state, .partitioner: Kafka's model
    run(handle, Books(), [Delivery("m1", 10), ...])      # messages.idempotence: duplicates and crashes
    run(proceed, Saga(PIZZA), [Outcome(), ...])          # messages.saga: steps and compensations

Each name is in one of the modules that its comment names. Rates are a second, times seconds.
"""
