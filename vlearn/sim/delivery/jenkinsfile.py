"""A declarative Jenkinsfile as a Pipeline: stages one after another, parallel ones side by side.

Read are agent, stages, stage, steps, parallel, nested stages, when { branch; not { branch }; beforeInput }, input,
environment, options { timeout; retry; disableConcurrentBuilds }, failFast and post { always; success; failure }. A
scripted pipeline is refused, and so are operators of Groovy but `+` outside of `script`; what else is left out is told
by line, in the pipeline's remarks. `timeout` and `retry` of what holds stages count for each of these, and waiting at a
gate counts for no time-out.
Source: Jenkins's documentation, "Pipeline Syntax".
"""

from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.delivery.jenkins_parts import agent, environment, options
from vlearn.sim.delivery.jenkins_stages import Place, post, stages
from vlearn.sim.delivery.jenkins_syntax import statements
from vlearn.sim.delivery.jenkins_words import only, passed_over
from vlearn.sim.delivery.pipeline import Concurrency, Pipeline, Remark


def read_jenkinsfile(text: str) -> Pipeline:
    """The pipeline of a Jenkinsfile. Raises ModelError with the line for what cannot be read."""
    found = statements(text)
    whole = only(found, "pipeline")
    if whole is None:
        line = found[0].line if found else 1
        raise ModelError(f"line {line}: a declarative Jenkinsfile is pipeline {{ ... }}; scripted ones are not read")
    remarks = [
        Remark(other.line, f"{other.name} stands outside of the pipeline: it is not read")
        for other in found
        if other is not whole
    ]
    remarks.extend(passed_over(whole.inside, "pipeline"))
    for name in ("agent", "stages"):
        if only(whole.inside, name) is None:
            raise ModelError(f"line {whole.line}: a pipeline needs {name}, which is missing")
    general = only(whole.inside, "options")
    place = Place(options=options(general, remarks), runner=agent(only(whole.inside, "agent")))
    inside = general.inside if general else ()
    place = replace(place, fail_fast=only(inside, "parallelsAlwaysFailFast") is not None)
    jobs = list(stages(only(whole.inside, "stages"), (), place, remarks))
    jobs += post(only(whole.inside, "post"), tuple(job.name for job in jobs), "", place, remarks)
    overlap = only(inside, "disableConcurrentBuilds")
    return Pipeline(
        "Jenkinsfile",
        tuple(jobs),
        skip_spreads=False,
        concurrency=Concurrency("builds", overlap.named.get("abortPrevious") is True) if overlap else None,
        variables=tuple(environment(only(whole.inside, "environment"), remarks)),
        remarks=tuple(sorted(set(remarks), key=lambda remark: (remark.line, remark.text))),
    )
