"""Images: Dockerfiles, builds with a cache, OCI layouts on disk, and registries.

    parse(text)                                         # dockerfile.parse: stages of instructions, or DockerfileError
    build(Builder(), Build(parse(text), *context_of(folder), tag="app"), run)       # builder: steps, layers, the cache
    save(images, folder), load(folder)                  # oci.layout: what skopeo and umoci read and write
    transfer(Exchange(images), Push("me/app"))          # registry.transfer: what moves and what is there already

A layer is made of the upper layer of a union (`vlearn.sim.files.overlay`), and what a container sees is such a union.
"""
