"""What runs on a node: the kubelet's view of its pods."""
