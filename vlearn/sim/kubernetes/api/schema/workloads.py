"""The structures of the other groups' objects: apps, batch, autoscaling, policy, scheduling, storage, coordination.

Source: k8s.io/api, the types.go of each group, at release 1.32.
"""

WORKLOADS = """
Deployment: metadata=ObjectMeta spec=DeploymentSpec status=DeploymentStatus
DeploymentSpec: replicas=int32 selector=LabelSelector template=PodTemplateSpec strategy=DeploymentStrategy
  minReadySeconds=int32 revisionHistoryLimit=int32 paused=bool progressDeadlineSeconds=int32
DeploymentStrategy: type=string rollingUpdate=RollingUpdateDeployment
RollingUpdateDeployment: maxUnavailable=intstr maxSurge=intstr
DeploymentStatus: observedGeneration=int64 replicas=int32 updatedReplicas=int32 readyReplicas=int32
  availableReplicas=int32 unavailableReplicas=int32 terminatingReplicas=int32 conditions=[Condition|type]
  collisionCount=int32
ReplicaSet: metadata=ObjectMeta spec=ReplicaSetSpec status=ReplicaSetStatus
ReplicaSetSpec: replicas=int32 minReadySeconds=int32 selector=LabelSelector template=PodTemplateSpec
ReplicaSetStatus: replicas=int32 fullyLabeledReplicas=int32 readyReplicas=int32 availableReplicas=int32
  terminatingReplicas=int32 observedGeneration=int64 conditions=[Condition|type]
DaemonSet: metadata=ObjectMeta spec=DaemonSetSpec status=DaemonSetStatus
DaemonSetSpec: selector=LabelSelector template=PodTemplateSpec updateStrategy=DaemonSetUpdateStrategy
  minReadySeconds=int32 revisionHistoryLimit=int32
DaemonSetUpdateStrategy: type=string rollingUpdate=RollingUpdateDaemonSet
RollingUpdateDaemonSet: maxUnavailable=intstr maxSurge=intstr
DaemonSetStatus: currentNumberScheduled=int32 numberMisscheduled=int32 desiredNumberScheduled=int32 numberReady=int32
  observedGeneration=int64 updatedNumberScheduled=int32 numberAvailable=int32 numberUnavailable=int32
  collisionCount=int32 conditions=[Condition|type]
StatefulSet: metadata=ObjectMeta spec=StatefulSetSpec status=StatefulSetStatus
StatefulSetSpec: replicas=int32 selector=LabelSelector template=PodTemplateSpec
  volumeClaimTemplates=[PersistentVolumeClaim] serviceName=string podManagementPolicy=string
  updateStrategy=StatefulSetUpdateStrategy revisionHistoryLimit=int32 minReadySeconds=int32
  persistentVolumeClaimRetentionPolicy=ClaimRetentionPolicy ordinals=StatefulSetOrdinals
StatefulSetUpdateStrategy: type=string rollingUpdate=RollingUpdateStatefulSet
RollingUpdateStatefulSet: partition=int32 maxUnavailable=intstr
ClaimRetentionPolicy: whenDeleted=string whenScaled=string
StatefulSetOrdinals: start=int32
StatefulSetStatus: observedGeneration=int64 replicas=int32 readyReplicas=int32 currentReplicas=int32
  updatedReplicas=int32 currentRevision=string updateRevision=string collisionCount=int32
  conditions=[Condition|type] availableReplicas=int32
ControllerRevision: metadata=ObjectMeta data=any revision=int64

Job: metadata=ObjectMeta spec=JobSpec status=JobStatus
JobSpec: parallelism=int32 completions=int32 activeDeadlineSeconds=int64 podFailurePolicy=any successPolicy=any
  backoffLimit=int32 backoffLimitPerIndex=int32 maxFailedIndexes=int32 selector=LabelSelector manualSelector=bool
  template=PodTemplateSpec ttlSecondsAfterFinished=int32 completionMode=string suspend=bool podReplacementPolicy=string
  managedBy=string
JobStatus: conditions=[Condition|type] startTime=time completionTime=time active=int32 succeeded=int32 failed=int32
  terminating=int32 completedIndexes=string failedIndexes=string uncountedTerminatedPods=any ready=int32
CronJob: metadata=ObjectMeta spec=CronJobSpec status=CronJobStatus
CronJobSpec: schedule=string timeZone=string startingDeadlineSeconds=int64 concurrencyPolicy=string suspend=bool
  jobTemplate=JobTemplateSpec successfulJobsHistoryLimit=int32 failedJobsHistoryLimit=int32
JobTemplateSpec: metadata=ObjectMeta spec=JobSpec
CronJobStatus: active=[ObjectReference] lastScheduleTime=time lastSuccessfulTime=time

HorizontalPodAutoscaler: metadata=ObjectMeta spec=HorizontalPodAutoscalerSpec status=HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec: scaleTargetRef=CrossVersionObjectReference minReplicas=int32 maxReplicas=int32
  metrics=[MetricSpec] behavior=any
CrossVersionObjectReference: kind=string name=string apiVersion=string
MetricSpec: type=string resource=ResourceMetric object=any pods=any containerResource=any external=any
ResourceMetric: name=string target=MetricTarget
MetricTarget: type=string value=quantity averageValue=quantity averageUtilization=int32
HorizontalPodAutoscalerStatus: observedGeneration=int64 lastScaleTime=time currentReplicas=int32 desiredReplicas=int32
  currentMetrics=[any] conditions=[Condition|type]
HorizontalPodAutoscalerV1: metadata=ObjectMeta spec=HorizontalPodAutoscalerSpecV1
  status=HorizontalPodAutoscalerStatusV1
HorizontalPodAutoscalerSpecV1: scaleTargetRef=CrossVersionObjectReference minReplicas=int32 maxReplicas=int32
  targetCPUUtilizationPercentage=int32
HorizontalPodAutoscalerStatusV1: observedGeneration=int64 lastScaleTime=time currentReplicas=int32
  desiredReplicas=int32 currentCPUUtilizationPercentage=int32
PodDisruptionBudget: metadata=ObjectMeta spec=PodDisruptionBudgetSpec status=PodDisruptionBudgetStatus
PodDisruptionBudgetSpec: minAvailable=intstr selector=LabelSelector maxUnavailable=intstr
  unhealthyPodEvictionPolicy=string
PodDisruptionBudgetStatus: observedGeneration=int64 disruptedPods={time} disruptionsAllowed=int32 currentHealthy=int32
  desiredHealthy=int32 expectedPods=int32 conditions=[Condition|type]
PriorityClass: metadata=ObjectMeta value=int32 globalDefault=bool description=string preemptionPolicy=string
StorageClass: metadata=ObjectMeta provisioner=string parameters={string} reclaimPolicy=string mountOptions=[string]
  allowVolumeExpansion=bool volumeBindingMode=string allowedTopologies=[any]
Lease: metadata=ObjectMeta spec=LeaseSpec
LeaseSpec: holderIdentity=string leaseDurationSeconds=int32 acquireTime=time renewTime=time leaseTransitions=int32
  strategy=string preferredHolder=string
"""
