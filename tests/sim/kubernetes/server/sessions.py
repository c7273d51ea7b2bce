"""Sessions at a terminal: each line with a pattern that its whole output matches, and its exit code.

A line that not every kubectl knows, or to which they say different things, has the minor versions that it is for.
"""

from dataclasses import dataclass

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: c, image: nginx}
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: web}}
spec:
  nodeName: n1
  containers:
  - {name: c, image: nginx}
"""
FILES = {
    "web.yaml": DEPLOYMENT,
    "newer.yaml": DEPLOYMENT.replace("nginx", "nginx:2"),
    "wrong.yaml": DEPLOYMENT.replace("replicas", "replica"),
    "pod.yaml": POD,
    "broken.yaml": "kind: [Pod",
}


@dataclass(frozen=True, slots=True)
class Line:
    command: str
    shows: str = ".*"
    code: int = 0
    since: int = 0
    until: int = 99


def created(what, shows, since=0):
    return Line(f"kubectl create {what}", f"{shows} created\n", since=since)


SESSIONS = {
    "create": (
        created("deployment web --image=nginx --replicas=2 --port=80", "deployment.apps/web"),
        created("namespace team", "namespace/team"),
        created("configmap c --from-literal=colour=red", "configmap/c"),
        created("secret generic s --from-literal=p=q", "secret/s"),
        created("secret docker-registry r --docker-username=a --docker-password=b", "secret/r"),
        created("serviceaccount robot", "serviceaccount/robot"),
        created("service clusterip one --tcp=80:8080", "service/one"),
        created("service nodeport two --tcp=80", "service/two"),
        created("service loadbalancer three --tcp=80", "service/three"),
        created("service externalname four --external-name=example.org", "service/four"),
        created("job once --image=busybox -- true", "job.batch/once"),
        created("cronjob often --image=busybox --schedule='*/5 * * * *' -- date", "cronjob.batch/often", 21),
        created("job now --from=cronjob/often", "job.batch/now", 21),
        created("pdb guard --selector=app=web --min-available=1", "poddisruptionbudget.policy/guard", 21),
        created("priorityclass high --value=1000", "priorityclass.scheduling.k8s.io/high"),
        Line("kubectl run one --image=nginx --port=80 --env=A=B --labels=x=y", r"pod/one created\n"),
        created("quota q --hard=pods=9", "resourcequota/q"),
        Line("kubectl create namespace team", r'.*namespaces "team" already exists\n', 1),
        Line("kubectl create configmap A --from-literal=a=b", r".*lower case alphanumeric.*", 1),
        Line(
            "kubectl get deploy web -o jsonpath='{.spec.replicas} {.spec.template.spec.containers[*].image}'", "2 nginx"
        ),
        Line("kubectl get secret s -o jsonpath='{.data.p}'", "cQ=="),
        Line("kubectl get svc three -o jsonpath='{.spec.type} {.spec.ports[0].port}'", "LoadBalancer 80"),
        Line("kubectl get job now -o jsonpath='{.metadata.ownerReferences[0].name}'", "often", since=21),
        Line("kubectl autoscale deployment web --min=1 --max=5 --cpu-percent=50", r".*/web autoscaled\n"),
        Line("kubectl get hpa web", r"NAME .*\nweb +Deployment/web +cpu: <unknown>/50% +1 +5 .*\n"),
        Line("kubectl describe hpa web", r".*Min replicas: +1\n.*"),
        Line("kubectl expose deployment web --port=80 --target-port=8080", r"service/web exposed\n"),
    ),
    "apply": (
        Line("kubectl apply -f web.yaml", r"deployment.apps/web created\n"),
        Line("kubectl apply -f web.yaml", r"deployment.apps/web unchanged\n"),
        Line("kubectl diff -f newer.yaml", r".*\n-.* image: nginx\n\+.* image: nginx:2\n.*", 1, since=28),
        Line("kubectl apply -f newer.yaml --dry-run=server", r".*configured \(server dry run\)\n", since=28),
        Line("kubectl apply -f newer.yaml", r"deployment.apps/web configured\n"),
        Line("kubectl apply -f wrong.yaml", r'.*unknown field "spec.replica".*', 1, since=25),
        Line("kubectl apply -f broken.yaml", r"error: .*yaml.*", 1),
        Line("kubectl replace -f web.yaml", r"deployment.apps/web replaced\n"),
        Line("""kubectl patch deploy web -p '{"spec":{"replicas":3}}'""", r".*patched\n"),
        Line("""kubectl patch deploy web --type=merge -p '{"spec":{"replicas":4}}'""", r".*patched\n"),
        Line(
            """kubectl patch deploy web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":1}]'""",
            r".*patched\n",
        ),
        Line("kubectl scale deploy web --replicas=2 --current-replicas=1", r"deployment.apps/web scaled\n"),
        Line("kubectl scale deploy web --replicas=-1", r"error: .*", 1),
        Line("kubectl set image deploy/web c=nginx:3", r".*image updated\n"),
        Line("kubectl set env deploy/web A=B", r".*env updated\n"),
        Line("kubectl set resources deploy/web --limits=cpu=200m", r".*resource requirements updated\n"),
        Line(
            "kubectl get deploy web -o jsonpath='{.spec.replicas}{.spec.template.spec.containers[0].env[0].value}'",
            "2B",
        ),
        Line("kubectl create configmap c --from-literal=colour=red", r"configmap/c created\n"),
        Line("kubectl edit configmap c", r"configmap/c edited\n"),
        Line("kubectl get configmap c -o jsonpath={.data.colour}", "blue"),
        Line("kubectl delete -f web.yaml --cascade=foreground", r'deployment.apps "web" deleted\n', since=21),
        Line("kubectl get deploy", r"No resources found in default namespace.\n", since=21),
    ),
    "look": (
        Line("kubectl apply -f pod.yaml", r"pod/p created\n"),
        Line("kubectl get pods -o wide", r"NAME .*\np +0/1 +Pending +0 .* n1 .*\n"),
        Line("kubectl get pods -o name -l app=web", r"pod/p\n"),
        Line("kubectl get pods -o name -l app=other", ""),
        Line("kubectl get pods --field-selector=spec.nodeName=n1 --no-headers", r"p .*\n"),
        Line("kubectl get pods --field-selector=foo=bar", r".*field label not supported: foo\n", 1),
        Line("kubectl get pods --sort-by=.metadata.name -o custom-columns=N:.metadata.name", r"N\np\n"),
        Line("kubectl get pod p -o json", r'{\n.*"kind": "Pod".*'),
        Line("kubectl get pod p -o yaml", r"apiVersion: v1\n.*"),
        Line("kubectl get pods nope", r'Error from server \(NotFound\): pods "nope" not found\n', 1),
        Line("kubectl get nothing", r"error: the server doesn't have a resource type \"nothing\"\n", 1),
        Line("kubectl get all -A", r".*pod/p.*service/kubernetes.*"),
        Line("kubectl get events", r"No resources found in default namespace.\n"),
        Line("kubectl describe pod p", r"Name: +p\n.*Node: +n1/\n.*Events: +<none>\n"),
        Line("kubectl describe node n1", r".*Unschedulable: +false\n.*Non-terminated Pods: .*"),
        Line("kubectl describe namespace default", r".*Status: +Active\n.*"),
        Line("kubectl logs p", r"one\ntwo\n"),
        Line("kubectl logs -f p --tail=1", r"two\n"),
        Line("kubectl logs p -c other", r"error: container other is not valid for pod p\n", 1),
        Line("kubectl logs -l app=web", r"one\ntwo\n"),
        Line("kubectl auth can-i create pods", r"yes\n"),
        Line("kubectl auth can-i --list", r"Resources .*\*\.\*.*"),
        Line("kubectl auth whoami", r".*student.*", since=28),
        Line("kubectl api-versions", r".*apps/v1\n.*autoscaling/v1\nautoscaling/v2\n.*"),
        Line("kubectl api-resources --namespaced=false -o name", r".*nodes\n.*"),
        Line("kubectl version", r".*v1.32.*"),
        Line("kubectl cluster-info", r".*Kubernetes control plane.* is running at .*"),
        Line("kubectl top pods", r"error: Metrics API not available\n", 1),
        Line("kubectl exec p -- ls", r".*could not find the requested resource.*", 1),
        Line("kubectl wait --for=condition=Ready node/n1 --timeout=9s", r"node/n1 condition met\n"),
        Line("kubectl wait --for=condition=Ready pod/p --timeout=1s", r"error: timed out waiting for .* pods/p\n", 1),
        Line("timeout 2 kubectl get pods -w --no-headers", r"p .*\n", 124),
    ),
    "change": (
        Line("kubectl apply -f pod.yaml", r"pod/p created\n"),
        Line("kubectl label pod p x=y", r"pod/p labeled\n"),
        Line("kubectl label pod p x=z", r"error: 'x' already has a value \(y\), and --overwrite is false\n", 1),
        Line("kubectl label pod p x=z --overwrite", r"pod/p labeled\n"),
        Line("kubectl annotate pod p note=hi", r"pod/p annotated\n"),
        Line("kubectl taint node n1 k=v:NoSchedule", r"node/n1 tainted\n"),
        Line("kubectl taint node n1 k-", r"node/n1 untainted\n"),
        Line("kubectl cordon n1", r"node/n1 cordoned\n"),
        Line("kubectl get nodes --no-headers", r"n1 +Ready,SchedulingDisabled .*\n"),
        Line("kubectl uncordon n1", r"node/n1 uncordoned\n"),
        Line("kubectl drain n1 --ignore-daemonsets", r".*\(use --force to override\): default/p.*", 1),
        Line("kubectl delete pod p --grace-period=0 --force", r'.*pod "p" (force )?deleted.*'),
        Line("kubectl wait --for=delete pod/p --timeout=9s", r".*", since=23),
        Line("kubectl delete namespace default", r".*this namespace may not be deleted\n", 1),
        Line("kubectl delete namespace kube-public --wait=false", r".*deleted\n|.*may not be deleted\n", 1),
    ),
    "roll out": (
        Line("kubectl apply -f web.yaml", r"deployment.apps/web created\n"),
        Line("kubectl rollout status deploy/web --timeout=1s", r"Waiting for deployment spec update.*\n.*", 1),
        Line("kubectl rollout history deploy/web", r"deployment.apps/web .*"),
        Line("kubectl rollout pause deploy/web", r"deployment.apps/web paused\n"),
        Line("kubectl rollout pause deploy/web", r".*already paused\n", 1),
        Line("kubectl rollout restart deploy/web", r".*can't restart paused deployment.*", 1),
        Line("kubectl rollout resume deploy/web", r"deployment.apps/web resumed\n"),
        Line("kubectl rollout restart deploy/web", r"deployment.apps/web restarted\n"),
        Line("kubectl rollout undo deploy/web", r'error: no rollout history found for deployment "web"\n', 1),
    ),
}

LIVE = (
    Line("kubectl get nodes --no-headers", r"(node-\d +Ready .*\n){3}"),
    Line("kubectl create deployment web --image=nginx --replicas=3", r"deployment.apps/web created\n"),
    Line("kubectl rollout status deploy/web --timeout=60s", r".*successfully rolled out\n"),
    Line("kubectl set image deploy/web nginx=nginx:1.26", r".*image updated\n"),
    Line("kubectl rollout status deploy/web --timeout=60s", r".*successfully rolled out\n"),
    Line("kubectl rollout history deploy/web", r".*\n1 +<none>\n2 +<none>\n\n?"),
    Line("kubectl rollout undo deploy/web", r"deployment.apps/web rolled back\n"),
    Line("kubectl rollout status deploy/web --timeout=60s", r".*successfully rolled out\n"),
    Line("kubectl get rs -o jsonpath='{.items[*].spec.replicas}'", r"0 3|3 0"),
    Line("kubectl rollout restart deploy/web", r"deployment.apps/web restarted\n"),
    Line("kubectl rollout status deploy/web --timeout=60s", r".*successfully rolled out\n"),
    Line("kubectl logs deploy/web --tail=1", r".*start worker processes\n.*"),
    Line("kubectl describe deploy web", r".*3 desired \| 3 updated \| .*ScalingReplicaSet.*"),
    Line("kubectl expose deploy web --port=80", r"service/web exposed\n"),
    Line("kubectl wait --for=condition=Available deploy/web --timeout=60s", r".*condition met\n"),
    Line("kubectl describe svc web", r".*Endpoints: +10\.244\..*"),
    Line("kubectl create job j --image=busybox -- true", r"job.batch/j created\n"),
    Line("kubectl wait --for=condition=Complete job/j --timeout=60s", r"job.batch/j condition met\n"),
    Line("kubectl drain node-1 --ignore-daemonsets --force --timeout=90s", r".*node/node-1 (drained|evicted)\n"),
    Line("kubectl get pods -l app=web -o jsonpath='{.items[*].spec.nodeName}'", r"(node-[23] ?)+"),
    Line("kubectl uncordon node-1", r"node/node-1 uncordoned\n"),
    Line("kubectl create namespace t", r"namespace/t created\n"),
    Line("kubectl delete namespace t --timeout=60s", r'namespace "t" deleted\n'),
    Line("kubectl delete deploy web", r'deployment.apps "web" deleted\n'),
)
