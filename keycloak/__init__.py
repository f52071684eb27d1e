"""What the running program asks a Keycloak for itself, beside terraform.

terraform makes what is in a realm. What it can't, or would keep a secret of in its state, is here:
waiting until a new Keycloak answers, letting ourselves in and the bootstrap client out, first
passwords, and people who come and go. Caller: `rollout/`.
"""

from __future__ import annotations

from keycloak.access import let_in
from keycloak.admin import Account, Admin
from keycloak.connection import Connection, KeycloakError
from keycloak.readiness import wait

__all__ = ["Account", "Admin", "Connection", "KeycloakError", "let_in", "wait"]
