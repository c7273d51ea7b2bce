"""Sessions of commands for both kubectls: a line is a command, or how many seconds pass."""

from tests.sim.kubernetes.server.sessions import FILES as SIMPLE

APP = """
apiVersion: v1
kind: ConfigMap
metadata: {name: conf, annotations: {note: "a: b"}}
data: {text: "one\\ntwo\\n"}
---
apiVersion: v1
kind: Service
metadata: {name: app}
spec:
  selector: {app: app}
  ports: [{port: 80, targetPort: http}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: app}
spec:
  serviceName: app
  replicas: 2
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      initContainers:
      - {name: first, image: busybox, command: [sh, -c, "true"]}
      containers:
      - name: main
        image: nginx
        ports: [{containerPort: 80, name: http}]
        env:
        - {name: A, value: b}
        - {name: ME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        - {name: C, valueFrom: {configMapKeyRef: {name: conf, key: text}}}
        - {name: CORES, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
        envFrom: [{configMapRef: {name: conf}}]
        resources: {limits: {cpu: 500m, memory: 128Mi}, requests: {cpu: 250m}}
        readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 5}
        livenessProbe: {exec: {command: [cat, /x]}}
        volumeMounts: [{name: tmp, mountPath: /tmp}, {name: conf, mountPath: /conf, readOnly: true}]
      volumes: [{name: tmp, emptyDir: {}}, {name: conf, configMap: {name: conf}}]
      tolerations: [{key: a, operator: Exists, effect: NoSchedule}]
      nodeSelector: {kubernetes.io/os: linux}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers: [{name: agent, image: busybox, command: [sleep, "1000"]}]
"""
BAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: X}
spec:
  replicas: -1
  selector: {matchLabels: {a: b}}
  template: {metadata: {labels: {a: c}}, spec: {containers: [{name: c, image: nginx}]}}
"""
VOLUMES = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: slow}
provisioner: kubernetes.io/no-provisioner
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  capacity: {storage: 2Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: slow
  hostPath: {path: /data}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: slow
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: bounds}
spec:
  limits: [{type: Container, default: {cpu: 500m}, max: {cpu: "1"}}]
"""
FILES = {
    **SIMPLE,
    "app.yaml": APP,
    "bad.yaml": BAD,
    "volumes.yaml": VOLUMES,
    "two.yaml": SIMPLE["web.yaml"]
    .replace("replicas: 2", "replicas: 3")
    .replace("nginx}", "nginx:2, env: [{name: A, value: B}]}")
    .replace("template:\n", "strategy: {type: Recreate}\n  template:\n"),
    "nokind.yaml": "apiVersion: v1\nmetadata: {name: x}\n",
    "foo.yaml": "apiVersion: v1\nkind: Foo\nmetadata: {name: x}\n",
    "norway.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: no}\ndata: {country: NO}\n",
}
SESSIONS = {
    "look and roll out": r"""
create deployment web --image=nginx --replicas=3 --port=80
get deploy
rollout status deploy/web
get pods -o wide
get all
get all -A
get pods -A
get pods,svc,nodes
get deploy/web svc/kubernetes
describe deploy web
describe rs
describe pod
describe node node-1
describe node
get deploy web -o yaml
get pods -o yaml
get deploy web -o json
get deploy -o json
get nodes -o yaml
get events
get events --sort-by=.metadata.creationTimestamp
get pods --show-labels
get pods -L app,foo
get pods -o name
get pods -l app=web --no-headers
get pods -l app=none
get pods --field-selector=status.phase=Running
get pods --field-selector=foo=bar
get pods -o jsonpath={.items[*].metadata.name}
get pods -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{.status.podIP}{"\n"}{end}'
get pods -o jsonpath='{.items[0].status.conditions[?(@.type=="Ready")].status}'
get pods -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName
get pods nope
get nothing
get pods a b
get deploy web nope
get
get --foo
get pods -o foo
get pods -o jsonpath
get pod/a b
get pods -n none
get ns
get no
get cm -A
set image deploy/web nginx=nginx:1.26
rollout status deploy/web
rollout history deploy/web
rollout history deploy/web --revision=2
rollout history deploy/web --revision=9
set image deploy/web nginx=nginx:1.26
set image deploy/web foo=nginx:1.26
annotate deploy/web kubernetes.io/change-cause=newer
rollout undo deploy/web
rollout status deploy/web
rollout history deploy/web
rollout undo deploy/web --to-revision=9
rollout undo deploy/web --to-revision=3
rollout pause deploy/web
rollout pause deploy/web
rollout restart deploy/web
rollout undo deploy/web
rollout resume deploy/web
rollout resume deploy/web
describe deploy web
get rs
expose deploy web --port=80
expose deploy web --port=80
expose deploy nope --port=80
expose deploy web --name=other
30
describe svc web
describe svc
get svc,ep,endpointslices
scale deploy web --replicas=5
scale deploy web --replicas=4 --current-replicas=2
scale deploy web --replicas=-1
scale deploy web
scale deploy nope --replicas=1
rollout status deploy/web
autoscale deploy web --min=1 --max=5 --cpu-percent=50
autoscale deploy web --min=1
30
get hpa
describe hpa web
delete hpa web
delete svc web other
delete deploy web
get pods
40
get pods
get deploy
get rs,deploy
""",
    "files": r"""
apply -f app.yaml
60
apply -f app.yaml
get -f app.yaml
get all
get sts,ds,cm,svc
describe sts app
describe ds agent
describe pod app-0
describe cm conf
describe svc app
describe cm
rollout status sts/app
rollout status ds/agent
rollout history sts/app
rollout history ds/agent
set image sts/app main=nginx:1.26
rollout status sts/app
set image ds/agent agent=busybox:1.36
rollout status ds/agent
rollout history sts/app
rollout history ds/agent --revision=1
rollout undo sts/app
rollout undo ds/agent
rollout status ds/agent
rollout status sts/app
get controllerrevisions
describe controllerrevisions
apply -f web.yaml
apply -f two.yaml
10
get deploy web -o yaml
apply -f web.yaml
get deploy web -o yaml
apply -f bad.yaml
create -f bad.yaml
apply -f nokind.yaml
create -f nokind.yaml
apply -f foo.yaml
apply -f nope.yaml
apply
apply -f broken.yaml
apply -f wrong.yaml
create -f web.yaml
replace -f web.yaml
replace -f newer.yaml
create configmap c --from-literal=colour=red --from-literal=b=c
create configmap c --from-literal=colour=red
create configmap A --from-literal=a=b
apply -f web.yaml --dry-run=server
apply -f web.yaml --dry-run=client
create deployment x --image=nginx --dry-run=client -o yaml
create deployment x --image=nginx:1.2 --image=me/busybox --replicas=2 --port=80 --dry-run=client -o yaml
create deployment x --image=nginx --dry-run=client
create deployment x --image=nginx --dry-run=client -o yaml -- a b
create job x --image=nginx --dry-run=client -o yaml -- sleep 1
create cronjob x --image=nginx --schedule "*/5 * * * *" --dry-run=client -o yaml
create quota x --hard=pods=3,cpu=1 --dry-run=client -o yaml
create ns x --dry-run=client -o yaml
create cm x --from-literal=a=b --dry-run=client -o yaml
create secret generic x --from-literal=a=b --dry-run=client -o yaml
create svc clusterip x --tcp=80:8080 --dry-run=client -o yaml
create svc nodeport x --tcp=80:8080 --dry-run=client -o yaml
create pdb x --selector=a=b --min-available=1 --dry-run=client -o yaml
create pc x --value=7 --dry-run=client -o yaml
create sa x --dry-run=client -o yaml
run x --image=nginx --dry-run=client -o yaml
run x --image=nginx --port=80 --env=A=b --labels=a=b --restart=Never --dry-run=client -o yaml -- a b
run x --image=nginx --command --dry-run=client -o yaml -- a b
expose deploy web --port=80 --dry-run=client -o yaml
autoscale deploy web --min=1 --max=3 --cpu-percent=50 --dry-run=client -o yaml
create deployment
create deployment x
create deployment x y --image=nginx
create foo x
create
create job x
""",
    "change": r"""
create configmap c --from-literal=colour=red
create configmap c --from-literal=colour=red
create configmap A --from-literal=a=b
create secret generic c --from-literal=colour=red
create secret generic c --from-literal=colour=red
create sa c
create sa c
create quota c --hard=services=9,configmaps=10
create quota c --hard=pods=9
create svc clusterip c --tcp=80
create svc clusterip c --tcp=80
create svc clusterip d
create svc externalname c --external-name=a.b
create pdb c --selector=a=b --min-available=1
create pdb c --selector=a=b --min-available=1
create pdb d --selector=a=b
create pc c --value=7
create pc c --value=7
create cm x --from-literal=foo
describe sa c
describe secret c
describe pdb c
describe pc c
describe cm c
describe quota c
get quota,sa,secret,pdb,pc
create deployment web --image=nginx --replicas=0
create deployment web --image=nginx
create deployment x --image=nginx --replicas=-1
get pods
create namespace team
create namespace team
create ns team2
get ns
describe ns team
describe ns default
delete ns team2
get ns
create job once --image=busybox -- true
wait --for=condition=Complete job/once --timeout=60s
describe job once
get jobs
get pods
logs job/once
create job once --image=busybox -- true
create job x
create job x --image=busybox --from=cronjob/a
create cronjob often --image=busybox --schedule="*/1 * * * *" -- date
describe cronjob often
create job now --from=cronjob/often
120
get cronjob,jobs
describe cronjob often
delete cronjob often
run p --image=nginx
run p --image=nginx
run
run p
wait --for=condition=Ready pod/p --timeout=60s
wait --for=condition=Ready pod/p
wait --for=condition=Nope pod/p --timeout=1s
wait --for=condition=Ready pod/nope --timeout=1s
wait --for=delete pod/nope --timeout=1s
wait --for=jsonpath={.status.phase}=Running pod/p --timeout=5s
wait --for=jsonpath={.status.phase}=Foo pod/p --timeout=1s
wait pod/p
label pod p x=y
label pod p x=z
label pod p x=y
label pod p x=z --overwrite
label pod p x-
label pod p x-
label pod p
label pods --all a=b
label pod nope a=b
annotate pod p note=hi
annotate pod p note=ho
annotate pod p note-
annotate pod p note-
label node node-1 disk=ssd
get nodes -L disk
taint node node-1 k=v:NoSchedule
taint node node-1 k=v:NoSchedule
taint node node-1 k=w:NoSchedule --overwrite
taint node node-1 k=v:NoExecute
describe node node-1
taint node node-1 k:NoSchedule-
taint node node-1 k-
taint node node-1 k-
taint node node-1 k=v:Foo
taint pod p k=v:NoSchedule
taint node node-1
cordon node-1
cordon node-1
get nodes
uncordon node-1
uncordon node-1
cordon nope
cordon
patch pod p -p '{"metadata":{"labels":{"q":"r"}}}'
patch pod p -p '{"metadata":{"labels":{"q":"r"}}}'
patch pod p --type=merge -p '{"spec":{"nodeName":"x"}}'
patch pod p --type=json -p '[{"op":"remove","path":"/metadata/labels/q"}]'
patch pod p --type=json -p '[{"op":"remove","path":"/metadata/labels/q"}]'
patch pod p -p '{'
patch pod p
patch pod p --type=foo -p '{}'
patch deploy web -p "spec: {replicas: 1}"
logs p
logs p --tail=1
logs p --timestamps
logs nope
logs p -c foo
logs p --previous
logs deploy/web
logs
logs -l app=web
delete pod p --grace-period=0 --force
delete pod nope
delete pod
delete foo bar
delete pods --all
delete pods --all
delete pods -l app=none
delete deploy web --cascade=orphan
get rs
delete rs --all --now
delete namespace default
delete -f nope.yaml
api-resources
api-resources --namespaced=false -o name
api-versions
foo
create foo
rollout foo
rollout status
rollout status pod/p
""",
    "drain and describe": r"""
create deployment web --image=nginx --replicas=3
create pdb guard --selector=app=web --min-available=3
30
get pods -o wide
get pdb
drain node-1 --timeout=1s
delete pdb guard
drain node-1
get pods -o wide
uncordon node-1
run alone --image=nginx
30
drain node-1
drain node-1 --force
drain node-1 --dry-run=client
uncordon node-1
apply -f app.yaml
60
drain node-1 --delete-emptydir-data
drain node-1 --delete-emptydir-data --ignore-daemonsets --dry-run=client
uncordon node-1
get pods -o wide
get svc/kubernetes po/nope
label svc kubernetes nope a=b
scale deploy --all --replicas=2
describe svc kubernetes nope
apply -f volumes.yaml
30
get pv,pvc,sc,limits
describe pv disk
describe pvc claim
describe sc slow
describe limits bounds
apply -f norway.yaml
get nodes
describe node node-1
drain nope
uncordon node-1
get ep,endpointslices,pvc,pv,sc,leases
describe ep app
describe endpointslice
describe sa default
describe events
get events -o wide
get pods -o wide --sort-by=.spec.nodeName
get pods --sort-by=.metadata.name --no-headers
get nodes -o jsonpath={.items[*].status.addresses[0].address}
get nodes -o jsonpath='{range .items[*]}{.metadata.name} {.status.capacity.cpu}{"\n"}{end}'
get deploy web -o jsonpath='{.spec.replicas} {.spec.template.spec.containers[*].image}'
get deploy web -o jsonpath='{.spec.nope}'
get deploy web -o jsonpath='{.metadata.labels}'
get deploy web -o jsonpath='{..image}'
get deploy web -o jsonpath='{.spec'
get deploy web -o custom-columns=A:.spec.replicas,B:.spec.nope
get deploy web nope --ignore-not-found
get deploy nope --ignore-not-found
get deploy nope nope2
get deploy,foo
get svc -A -o wide
get pods -A -l app=web -o name
get all -l app=web
get deployment.apps/web deployments.apps
get deployments.apps web
get deployments.v1.apps web
get po/alone -o yaml
describe po/alone svc/kubernetes
describe pod al
describe pod zz
describe pods -l app=nope
describe foo
describe
describe pod -n nope
delete pod alone --now
delete deploy,svc -l app=web
delete sts app --cascade=foreground
30
get pods
logs app-0 -c main
logs web
logs ds/agent
""",
}
