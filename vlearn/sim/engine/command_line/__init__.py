"""The docker command line: words as a user types them, text as Docker 28's client prints it.

    console = Console()                             # console: a booted docker host, and bash on it
    console.type("docker run -d -p 8080:80 nginx")  # -> Said(texts, code), with .out, .err and .text
    console.type("docker ps | grep nginx; docker rm -f $(docker ps -aq)")
    console.docker.engine, console.docker.steps     # the model behind it

    answer(docker, ["ps", "-a"], Place(docker.host, pid))       # client: one command, without a shell around it
    render("{{.State.ExitCode}}", docker.inspect("web"))        # template_run: Go templates
    commands()["network create"].flags                          # command: the table of commands, from commands.txt

Commands, options, usage errors and tables are compared with the real client in the tests, where there is one. What
docker has and the model has not is refused by name with exit code 2. Where docker would go on until Ctrl-C (`logs -f`,
`events`, a server in the foreground), a minute of the model passes, and Ctrl-C is pressed. Prunes do not ask back.
"""
