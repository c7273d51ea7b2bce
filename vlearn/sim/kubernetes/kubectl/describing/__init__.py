"""`kubectl describe`: an object in words, with what is around it. Source: k8s.io/kubectl, package `describe`.

Every describer gives lines whose cells end in tabs; the whole is set in columns at once, as text/tabwriter does it.
"""
