"""The structures of the core group, but for pods. Source: k8s.io/api/core/v1, types.go, at release 1.32."""

CORE = """
ObjectMeta: name=string generateName=string namespace=string selfLink=string uid=string resourceVersion=string
  generation=int64 creationTimestamp=time deletionTimestamp=time deletionGracePeriodSeconds=int64 labels={string}
  annotations={string} ownerReferences=[OwnerReference|uid] finalizers=[string|] managedFields=[any]
OwnerReference: apiVersion=string kind=string name=string uid=string controller=bool blockOwnerDeletion=bool
LabelSelector: matchLabels={string} matchExpressions=[LabelSelectorRequirement]
LabelSelectorRequirement: key=string operator=string values=[string]
Condition: type=string status=string observedGeneration=int64 lastProbeTime=time lastTransitionTime=time
  lastUpdateTime=time lastHeartbeatTime=time reason=string message=string
LocalObjectReference: name=string
ObjectReference: kind=string namespace=string name=string uid=string apiVersion=string resourceVersion=string
  fieldPath=string
TypedLocalObjectReference: apiGroup=string kind=string name=string namespace=string

Namespace: metadata=ObjectMeta spec=NamespaceSpec status=NamespaceStatus
NamespaceSpec: finalizers=[string]
NamespaceStatus: phase=string conditions=[Condition|type]

Node: metadata=ObjectMeta spec=NodeSpec status=NodeStatus
NodeSpec: podCIDR=string podCIDRs=[string|] providerID=string unschedulable=bool taints=[Taint] configSource=any
  externalID=string
Taint: key=string value=string effect=string timeAdded=time
NodeStatus: capacity={quantity} allocatable={quantity} phase=string conditions=[Condition|type]
  addresses=[NodeAddress|type] daemonEndpoints=any nodeInfo=any images=[any] volumesInUse=[string]
  volumesAttached=[any] config=any runtimeHandlers=[any] features=any
NodeAddress: type=string address=string

ConfigMap: metadata=ObjectMeta immutable=bool data={string} binaryData={string}
Secret: metadata=ObjectMeta immutable=bool data={string} stringData={string} type=string
ServiceAccount: metadata=ObjectMeta secrets=[ObjectReference|name] imagePullSecrets=[LocalObjectReference|name]
  automountServiceAccountToken=bool

Service: metadata=ObjectMeta spec=ServiceSpec status=ServiceStatus
ServiceSpec: ports=[ServicePort|port] selector={string} clusterIP=string clusterIPs=[string] type=string
  externalIPs=[string] sessionAffinity=string loadBalancerIP=string loadBalancerSourceRanges=[string]
  externalName=string externalTrafficPolicy=string healthCheckNodePort=int32 publishNotReadyAddresses=bool
  sessionAffinityConfig=SessionAffinityConfig ipFamilies=[string] ipFamilyPolicy=string
  allocateLoadBalancerNodePorts=bool loadBalancerClass=string internalTrafficPolicy=string trafficDistribution=string
ServicePort: name=string protocol=string appProtocol=string port=int32 targetPort=intstr nodePort=int32
SessionAffinityConfig: clientIP=ClientIPConfig
ClientIPConfig: timeoutSeconds=int32
ServiceStatus: loadBalancer=LoadBalancerStatus conditions=[Condition|type]
LoadBalancerStatus: ingress=[any]

Endpoints: metadata=ObjectMeta subsets=[EndpointSubset]
EndpointSubset: addresses=[EndpointAddress] notReadyAddresses=[EndpointAddress] ports=[EndpointPort]
EndpointAddress: ip=string hostname=string nodeName=string targetRef=ObjectReference
EndpointPort: name=string port=int32 protocol=string appProtocol=string
EndpointSlice: metadata=ObjectMeta addressType=string endpoints=[Endpoint] ports=[EndpointPort]
Endpoint: addresses=[string] conditions=EndpointConditions hostname=string targetRef=ObjectReference
  deprecatedTopology={string} nodeName=string zone=string hints=any
EndpointConditions: ready=bool serving=bool terminating=bool

ResourceQuota: metadata=ObjectMeta spec=ResourceQuotaSpec status=ResourceQuotaStatus
ResourceQuotaSpec: hard={quantity} scopes=[string] scopeSelector=any
ResourceQuotaStatus: hard={quantity} used={quantity}
LimitRange: metadata=ObjectMeta spec=LimitRangeSpec
LimitRangeSpec: limits=[LimitRangeItem]
LimitRangeItem: type=string max={quantity} min={quantity} default={quantity} defaultRequest={quantity}
  maxLimitRequestRatio={quantity}

PersistentVolume: metadata=ObjectMeta spec=PersistentVolumeSpec status=PersistentVolumeStatus
PersistentVolumeSpec: capacity={quantity} hostPath=any nfs=any csi=any local=any iscsi=any fc=any accessModes=[string]
  claimRef=ObjectReference persistentVolumeReclaimPolicy=string storageClassName=string mountOptions=[string]
  volumeMode=string nodeAffinity=any volumeAttributesClassName=string awsElasticBlockStore=any gcePersistentDisk=any
PersistentVolumeStatus: phase=string message=string reason=string lastPhaseTransitionTime=time
PersistentVolumeClaim: metadata=ObjectMeta spec=PersistentVolumeClaimSpec status=PersistentVolumeClaimStatus
PersistentVolumeClaimSpec: accessModes=[string] selector=LabelSelector resources=ResourceRequirements volumeName=string
  storageClassName=string volumeMode=string dataSource=TypedLocalObjectReference
  dataSourceRef=TypedLocalObjectReference volumeAttributesClassName=string
PersistentVolumeClaimStatus: phase=string accessModes=[string] capacity={quantity} conditions=[Condition|type]

Event: metadata=ObjectMeta involvedObject=ObjectReference reason=string message=string source=EventSource
  firstTimestamp=time lastTimestamp=time count=int32 type=string eventTime=time series=any action=string
  related=ObjectReference reportingComponent=string reportingInstance=string
EventSource: component=string host=string

Binding: metadata=ObjectMeta target=ObjectReference
Eviction: metadata=ObjectMeta deleteOptions=DeleteOptions
DeleteOptions: gracePeriodSeconds=int64 preconditions=Preconditions orphanDependents=bool propagationPolicy=string
  dryRun=[string]
Preconditions: uid=string resourceVersion=string
Scale: metadata=ObjectMeta spec=ScaleSpec status=ScaleStatus
ScaleSpec: replicas=int32
ScaleStatus: replicas=int32 selector=string
"""
