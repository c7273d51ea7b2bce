"""The numbers that protobuf has for the fields of what kubectl creates, and of what such objects hold.

A line is `Message: field field ...`, numbered from one; `N:` says where the count goes on after a gap, `+Message` puts
another message's fields into this one, and `=bytes` marks what JSON writes in base64. The types are those of
api/schema. Source: the generated.proto of each group in k8s.io/api, at release 1.32. Leaves out statuses, which nobody
creates, kinds that kubectl sends as JSON, and volumes of single vendors.
"""

from collections.abc import Mapping

_WRITTEN = """
OwnerReference: kind 3:name uid apiVersion controller blockOwnerDeletion
ObjectMeta: name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp
  deletionGracePeriodSeconds labels annotations ownerReferences finalizers
NamespaceSpec: finalizers
Namespace: metadata spec
ConfigMap: metadata data binaryData=bytes immutable
Secret: metadata data=bytes type stringData immutable
ObjectReference: kind namespace name uid apiVersion resourceVersion fieldPath
LocalObjectReference: name
ServiceAccount: metadata secrets imagePullSecrets automountServiceAccountToken
ServicePort: name protocol port targetPort nodePort appProtocol
ClientIPConfig: timeoutSeconds
SessionAffinityConfig: clientIP
ServiceSpec: ports selector clusterIP type externalIPs 7:sessionAffinity loadBalancerIP loadBalancerSourceRanges
  externalName externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses sessionAffinityConfig
  17:ipFamilyPolicy clusterIPs ipFamilies allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy
  trafficDistribution
Service: metadata spec
ResourceQuotaSpec: hard scopes scopeSelector
ResourceQuota: metadata spec
HostPath: path type
EmptyDir: medium sizeLimit
KeyToPath: key path mode
SecretVolume: secretName items defaultMode optional
ClaimVolume: claimName readOnly
ConfigMapVolume: +LocalObjectReference items defaultMode optional
VolumeSource: hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi
  10:persistentVolumeClaim rbd 16:downwardAPI fc 19:configMap 26:projected 28:csi ephemeral image
Volume: name +VolumeSource
ContainerPort: name hostPort containerPort protocol hostIP
FieldRef: apiVersion fieldPath
ResourceFieldRef: containerName resource divisor
KeyRef: +LocalObjectReference key optional
EnvVarSource: fieldRef resourceFieldRef configMapKeyRef secretKeyRef
EnvVar: name value valueFrom
ResourceRequirements: limits requests claims
VolumeMount: name readOnly mountPath subPath mountPropagation subPathExpr recursiveReadOnly
ExecAction: command
HTTPHeader: name value
HTTPGetAction: path port host scheme httpHeaders
TCPSocketAction: port host
GRPCAction: port service
ProbeHandler: exec httpGet tcpSocket grpc
Probe: +ProbeHandler initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold
  terminationGracePeriodSeconds
SleepAction: seconds
LifecycleHandler: exec httpGet tcpSocket sleep
Lifecycle: postStart preStop
OptionalName: +LocalObjectReference optional
EnvFromSource: prefix configMapRef secretRef
Container: name image command args workingDir ports env resources volumeMounts livenessProbe readinessProbe lifecycle
  terminationMessagePath imagePullPolicy securityContext stdin stdinOnce tty envFrom terminationMessagePolicy
  volumeDevices startupProbe resizePolicy restartPolicy
NodeSelectorRequirement: key operator values
NodeSelectorTerm: matchExpressions matchFields
NodeSelector: nodeSelectorTerms
PreferredSchedulingTerm: weight preference
NodeAffinity: requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution
LabelSelectorRequirement: key operator values
LabelSelector: matchLabels matchExpressions
PodAffinityTerm: labelSelector namespaces topologyKey namespaceSelector matchLabelKeys mismatchLabelKeys
WeightedPodAffinityTerm: weight podAffinityTerm
PodAffinity: requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution
Affinity: nodeAffinity podAffinity podAntiAffinity
Toleration: key operator value effect tolerationSeconds
HostAlias: ip hostnames
PodReadinessGate: conditionType
TopologySpreadConstraint: maxSkew topologyKey whenUnsatisfiable labelSelector minDomains nodeAffinityPolicy
  nodeTaintsPolicy matchLabelKeys
PodSchedulingGate: name
PodSpec: volumes containers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector
  serviceAccountName serviceAccount nodeName hostNetwork hostPID hostIPC securityContext imagePullSecrets hostname
  subdomain affinity schedulerName initContainers automountServiceAccountToken tolerations hostAliases
  priorityClassName priority dnsConfig shareProcessNamespace readinessGates runtimeClassName enableServiceLinks
  preemptionPolicy overhead topologySpreadConstraints 35:setHostnameAsFQDN os hostUsers schedulingGates resourceClaims
  resources
Pod: metadata spec
PodTemplateSpec: metadata spec
RollingUpdateDeployment: maxUnavailable maxSurge
DeploymentStrategy: type rollingUpdate
DeploymentSpec: replicas selector template strategy minReadySeconds revisionHistoryLimit paused
  9:progressDeadlineSeconds
Deployment: metadata spec
JobSpec: parallelism completions activeDeadlineSeconds selector manualSelector template backoffLimit
  ttlSecondsAfterFinished completionMode suspend podFailurePolicy backoffLimitPerIndex maxFailedIndexes
  podReplacementPolicy managedBy successPolicy
Job: metadata spec
JobTemplateSpec: metadata spec
CronJobSpec: schedule startingDeadlineSeconds concurrencyPolicy suspend jobTemplate successfulJobsHistoryLimit
  failedJobsHistoryLimit timeZone
CronJob: metadata spec
PodDisruptionBudgetSpec: minAvailable selector maxUnavailable unhealthyPodEvictionPolicy
PodDisruptionBudget: metadata spec
Preconditions: uid resourceVersion
DeleteOptions: gracePeriodSeconds preconditions orphanDependents propagationPolicy dryRun
Eviction: metadata deleteOptions
PriorityClass: metadata value globalDefault description preemptionPolicy
CrossVersionObjectReference: kind name apiVersion
HorizontalPodAutoscalerSpecV1: scaleTargetRef minReplicas maxReplicas targetCPUUtilizationPercentage
HorizontalPodAutoscalerV1: metadata spec
ResourceAttributes: namespace verb group version resource subresource name
NonResourceAttributes: path verb
SelfSubjectAccessReviewSpec: resourceAttributes nonResourceAttributes
SelfSubjectAccessReview: metadata spec
SelfSubjectRulesReviewSpec: namespace
SelfSubjectRulesReview: metadata spec
SelfSubjectReview: metadata
"""

_PLAIN = """
containerPort failureThreshold generation globalDefault healthCheckNodePort hostIPC hostNetwork hostPID hostPort
initialDelaySeconds minReadySeconds nodePort paused periodSeconds publishNotReadyAddresses readOnly stdin stdinOnce
successThreshold timeoutSeconds tty
"""
LEFT_OUT_AT_ZERO = frozenset(_PLAIN.split())
"""Numbers and flags that are no pointers in Go: protobuf writes their zero, JSON leaves it out."""


def _numbered(fields: str) -> Mapping[int, str]:
    numbers, number = {}, 0
    for word in fields.split():
        before, colon, field = word.rpartition(":")
        number = int(before) if colon else number + 1
        numbers[number] = field
    return numbers


FIELD_NUMBERS: Mapping[str, Mapping[int, str]] = {
    name: _numbered(fields)
    for name, _, fields in (line.partition(":") for line in _WRITTEN.strip().replace("\n  ", " ").splitlines())
}
