"""A Kubernetes of teaching size: API objects are plain JSON values, and every rule is a pure function of them."""
