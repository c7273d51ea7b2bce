"""The structures of pods and of what is in them. Source: k8s.io/api/core/v1, types.go, at release 1.32."""

POD = """
Pod: metadata=ObjectMeta spec=PodSpec status=PodStatus
PodTemplateSpec: metadata=ObjectMeta spec=PodSpec
PodSpec: volumes=[Volume|name] initContainers=[Container|name] containers=[Container|name]
  ephemeralContainers=[Container|name] restartPolicy=string terminationGracePeriodSeconds=int64
  activeDeadlineSeconds=int64 dnsPolicy=string nodeSelector={string} serviceAccountName=string serviceAccount=string
  automountServiceAccountToken=bool nodeName=string hostNetwork=bool hostPID=bool hostIPC=bool
  shareProcessNamespace=bool securityContext=any imagePullSecrets=[LocalObjectReference|name] hostname=string
  subdomain=string affinity=Affinity schedulerName=string tolerations=[Toleration] hostAliases=[HostAlias|ip]
  priorityClassName=string priority=int32 dnsConfig=any readinessGates=[PodReadinessGate] runtimeClassName=string
  enableServiceLinks=bool preemptionPolicy=string overhead={quantity}
  topologySpreadConstraints=[TopologySpreadConstraint|topologyKey] setHostnameAsFQDN=bool os=any hostUsers=bool
  schedulingGates=[PodSchedulingGate|name] resourceClaims=[any|name] resources=ResourceRequirements
Container: name=string image=string command=[string] args=[string] workingDir=string
  ports=[ContainerPort|containerPort] envFrom=[EnvFromSource] env=[EnvVar|name] resources=ResourceRequirements
  resizePolicy=[any] restartPolicy=string volumeMounts=[VolumeMount|mountPath] volumeDevices=[any|devicePath]
  livenessProbe=Probe readinessProbe=Probe startupProbe=Probe lifecycle=Lifecycle terminationMessagePath=string
  terminationMessagePolicy=string imagePullPolicy=string securityContext=any stdin=bool stdinOnce=bool tty=bool
  targetContainerName=string
ContainerPort: name=string hostPort=int32 containerPort=int32 protocol=string hostIP=string
EnvFromSource: prefix=string configMapRef=OptionalName secretRef=OptionalName
OptionalName: name=string optional=bool
EnvVar: name=string value=string valueFrom=EnvVarSource
EnvVarSource: fieldRef=FieldRef resourceFieldRef=ResourceFieldRef configMapKeyRef=KeyRef secretKeyRef=KeyRef
FieldRef: apiVersion=string fieldPath=string
ResourceFieldRef: containerName=string resource=string divisor=quantity
KeyRef: name=string key=string optional=bool
ResourceRequirements: limits={quantity} requests={quantity} claims=[any|name]
VolumeMount: name=string readOnly=bool recursiveReadOnly=string mountPath=string subPath=string
  mountPropagation=string subPathExpr=string
Probe: exec=ExecAction httpGet=HTTPGetAction tcpSocket=TCPSocketAction grpc=GRPCAction initialDelaySeconds=int32
  timeoutSeconds=int32 periodSeconds=int32 successThreshold=int32 failureThreshold=int32
  terminationGracePeriodSeconds=int64
ExecAction: command=[string]
HTTPGetAction: path=string port=intstr host=string scheme=string httpHeaders=[HTTPHeader]
HTTPHeader: name=string value=string
TCPSocketAction: port=intstr host=string
GRPCAction: port=int32 service=string
Lifecycle: postStart=LifecycleHandler preStop=LifecycleHandler stopSignal=string
LifecycleHandler: exec=ExecAction httpGet=HTTPGetAction tcpSocket=TCPSocketAction sleep=SleepAction
SleepAction: seconds=int64

Volume: name=string hostPath=HostPath emptyDir=EmptyDir secret=SecretVolume nfs=any configMap=ConfigMapVolume
  persistentVolumeClaim=ClaimVolume downwardAPI=any projected=any csi=any ephemeral=any image=any iscsi=any fc=any
  gcePersistentDisk=any awsElasticBlockStore=any gitRepo=any rbd=any
HostPath: path=string type=string
EmptyDir: medium=string sizeLimit=quantity
SecretVolume: secretName=string items=[KeyToPath] defaultMode=int32 optional=bool
ConfigMapVolume: name=string items=[KeyToPath] defaultMode=int32 optional=bool
KeyToPath: key=string path=string mode=int32
ClaimVolume: claimName=string readOnly=bool

Toleration: key=string operator=string value=string effect=string tolerationSeconds=int64
HostAlias: ip=string hostnames=[string]
PodReadinessGate: conditionType=string
PodSchedulingGate: name=string
TopologySpreadConstraint: maxSkew=int32 topologyKey=string whenUnsatisfiable=string labelSelector=LabelSelector
  minDomains=int32 nodeAffinityPolicy=string nodeTaintsPolicy=string matchLabelKeys=[string]
Affinity: nodeAffinity=NodeAffinity podAffinity=PodAffinity podAntiAffinity=PodAffinity
NodeAffinity: requiredDuringSchedulingIgnoredDuringExecution=NodeSelector
  preferredDuringSchedulingIgnoredDuringExecution=[PreferredSchedulingTerm]
NodeSelector: nodeSelectorTerms=[NodeSelectorTerm]
PreferredSchedulingTerm: weight=int32 preference=NodeSelectorTerm
NodeSelectorTerm: matchExpressions=[NodeSelectorRequirement] matchFields=[NodeSelectorRequirement]
NodeSelectorRequirement: key=string operator=string values=[string]
PodAffinity: requiredDuringSchedulingIgnoredDuringExecution=[PodAffinityTerm]
  preferredDuringSchedulingIgnoredDuringExecution=[WeightedPodAffinityTerm]
WeightedPodAffinityTerm: weight=int32 podAffinityTerm=PodAffinityTerm
PodAffinityTerm: labelSelector=LabelSelector namespaces=[string] topologyKey=string namespaceSelector=LabelSelector
  matchLabelKeys=[string] mismatchLabelKeys=[string]

PodStatus: observedGeneration=int64 phase=string conditions=[Condition|type] message=string reason=string
  nominatedNodeName=string hostIP=string hostIPs=[any] podIP=string podIPs=[PodIP|ip] startTime=time
  initContainerStatuses=[ContainerStatus] containerStatuses=[ContainerStatus] qosClass=string
  ephemeralContainerStatuses=[ContainerStatus] resize=string resourceClaimStatuses=[any|name]
PodIP: ip=string
ContainerStatus: name=string state=ContainerState lastState=ContainerState ready=bool restartCount=int32 image=string
  imageID=string containerID=string started=bool allocatedResources={quantity} resources=ResourceRequirements
  volumeMounts=[any|mountPath] user=any
ContainerState: waiting=ContainerWaiting running=ContainerRunning terminated=ContainerTerminated
ContainerWaiting: reason=string message=string
ContainerRunning: startedAt=time
ContainerTerminated: exitCode=int32 signal=int32 reason=string message=string startedAt=time finishedAt=time
  containerID=string
"""
