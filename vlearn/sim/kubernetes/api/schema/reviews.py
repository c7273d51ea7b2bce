"""The structures of reviews: who am I, may I, what may I. Source: k8s.io/api, authentication/v1, authorization/v1."""

REVIEWS = """
SelfSubjectReview: metadata=ObjectMeta status=any
SelfSubjectAccessReview: metadata=ObjectMeta spec=SelfSubjectAccessReviewSpec status=any
SelfSubjectAccessReviewSpec: resourceAttributes=ResourceAttributes nonResourceAttributes=NonResourceAttributes
ResourceAttributes: namespace=string verb=string group=string version=string resource=string subresource=string
  name=string fieldSelector=any labelSelector=any
NonResourceAttributes: path=string verb=string
SelfSubjectRulesReview: metadata=ObjectMeta spec=SelfSubjectRulesReviewSpec status=any
SelfSubjectRulesReviewSpec: namespace=string
"""
