"""A Keycloak for the demo and the tests, as far as the program asks one for itself.

What is in its realms is what the emulated keycloak provider has recorded. It is up while a release
of the chart keycloakx is recorded, under the name that the release's values give it; it forgets
everything when that goes. Invented: it believes any secret of a client that it knows, because the
emulated providers record none. What it does not know it refuses. The real one is in `tests/lab`.
"""

from emulator.keycloak.server import serve

__all__ = ["serve"]
