"""Building blocks on a Kubernetes cluster, whichever cloud it runs on: Helm releases."""
