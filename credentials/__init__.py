"""Short-lived tokens for a cluster's API, one file a cloud.

Caller: `cli/token.py`, which kubectl and Terraform's helm provider run as an exec plugin. Each call
pays for what is imported here: nothing of ours but `errors`, and of a cloud's library the least.
Limits: tokens are made, never kept, and never logged.
"""
