"""What the predictions of chapter 11 ask. A wrong choice about a run is worded as the model words its events."""

from vlearn.lab.exercise import Asked

PREDICTIONS = {
    "ch11-second-run": Asked(
        "ch11-trace-run",
        "The image is on the host by now, and all containers of it share its layers. The registry is not even asked.",
        choices={
            "Unable to find image 'nginx:latest' locally": "It was not there before the first run. And now?",
            "latest: Pulling from library/nginx": "`docker run` pulls what is missing, no more. A newer image takes a"
            " `docker pull`.",
            "the main process of two runs: nginx -g daemon off;": "First there must be a container.",
        },
    ),
    "ch11-working-directory": Asked(
        "ch11-repair-dockerfile",
        "WORKDIR takes the whole rest of its line as the path. FROM was the only line that was refused.",
        "Suppose the comment behind FROM were gone. What would the notes' second line do?",
        "set a working directory whose name ends with `# Set working directory`",
        {
            "set the directory `/usr/share/nginx/html`, for the rest is a comment": "Only at the start of a line does"
            " `#` open a comment. Who cuts it off here?",
            "stop the build: WORKDIR takes one argument": "It takes the rest of its line as one argument.",
            "nothing, as the directory does not exist": "WORKDIR makes directories that are missing.",
        },
    ),
    "ch11-run-after-copy": Asked(
        "ch11-predict-rebuild",
        "The line's text is the same, but the image below it is another one. From the first miss on, all is executed.",
        choices={
            "CACHED [4/6] RUN cat requirements.txt > installed.txt": "Its text and its file are the same. And the image"
            " that it is executed on?",
            "CACHED [5/6] RUN date > compiled.txt": "There is another line before it.",
            "[6/6] CMD [\"python\", \"app.py\"]": "Lines come in order, each of them from the cache or executed.",
        },
    ),
    "ch11-base-of-another": Asked(
        "ch11-count-transfers",
        "The repository does not know these blobs, so the client asks for them to be mounted from one that does. The"
        " registry keeps each blob once.",
        "`site` is built on `nginx`, which this host has pulled from Docker Hub. Now it is pushed to Docker Hub as"
        " `ada/site`, a new repository. What becomes of the layers of `nginx`?",
        "the registry mounts them from `library/nginx`: no byte of them moves",
        {
            "they are uploaded, as the repository `ada/site` is empty": "It is. But must the bytes travel? The registry"
            " has them.",
            "they exist already, as every repository knows the blobs of all others": "Then anybody could read private"
            " images layer by layer. Each repository is asked for itself.",
            "they are left out: an image names its base, which a host pulls by itself": "A manifest lists all layers of"
            " the image, those of the base too.",
        },
    ),
    "ch11-stop-sleep": Asked(
        "ch11-use-commands",
        "`sleep` is pid 1 of its namespace, and has no handler for SIGTERM: nothing happens for ten seconds, and then"
        " SIGKILL ends it. 128 + 9 is 137.",
        "`docker run -d --name nap alpine sleep 600`, then `docker stop nap`. What does `docker ps -a` show of it?",
        "`Exited (137)`, after ten seconds",
        {
            "`Exited (143)`, at once": "128 + 15, if SIGTERM ended it. Does pid 1 get a signal without a handler?",
            "`Exited (0)`, at once": "That is what a program shows that handles SIGTERM and calls `exit(0)`.",
            "nothing: a stopped container is gone": "It stays, with its files and logs, until `docker rm`.",
        },
    ),
    "ch11-change-in-container": Asked(
        "ch11-use-commands",
        "`docker stop` and `docker start` keep the container, and with it its read-write layer. `docker run` makes"
        " another container, with an empty one.",
        "You changed `index.html` in `web` by `docker exec`. Then `docker stop web`, and `docker start web`. Which page"
        " is served?",
        "the changed one",
        {
            "the image's: a stop throws the read-write layer away": "`docker rm` does. A stop ends the processes.",
            "the changed one, and other containers of the image serve it too": "They share the image, which is"
            " read-only, and no layer of `web`.",
            "none: a container can be started only once": "`docker start` starts the same container again.",
        },
    ),
    "ch11-volume-left": Asked(
        "ch11-choose-mount",
        "The image of `redis` declares a volume at `/data`. Nobody gave it a name, so it got 64 digits, and"
        " `docker rm` leaves it unless `-v` says otherwise.",
        "`docker run -d --name store redis`, then `docker rm -f store`. What is left on the host, besides the image?",
        "a volume with 64 digits for a name",
        {
            "nothing: no `-v` was given, so there was no volume": "An image can declare volumes, too.",
            "the container's read-write layer": "It goes with the container, always.",
            "a volume of the name `store`": "The container had that name. Who named the volume?",
        },
    ),
    "ch11-ready": Asked(
        "ch11-write-compose-file",
        "In its short form, `depends_on` waits until the container has been started, not until its program is ready.",
        "A Compose file says `depends_on: [db]` of `web`. `db` needs twenty seconds until it answers. When does `web`"
        " start?",
        "as soon as the container of `db` has been started",
        {
            "after twenty seconds, when `db` answers": "How would Compose know? Nothing says how to ask `db`.",
            "before `db`, for the two are started side by side": "That much `depends_on` does: first the one, then"
            " the other.",
            "when `web` connects to `db` for the first time": "`web` cannot connect before it has been started.",
        },
    ),
}  # fmt: skip
