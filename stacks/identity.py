"""Stage `identity`: people, what they may do, and how they sign in.

Where the Keycloak is installed here the realm and all in it is made; in a shared or external one
only what is this infrastructure's own: its clients, its groups below one of its name, and who of
the people there is in them.
"""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.keycloak import provider as keycloak
from constructs.keycloak.client import Client, ClientConfig, ClientSecret, Guest
from constructs.keycloak.groups import Administrators, Group, Membership
from constructs.keycloak.provider import KeycloakConnection
from constructs.keycloak.realm import Realm as RealmBlock
from constructs.keycloak.realm import RealmConfig
from constructs.keycloak.resource import Data
from constructs.keycloak.user import User, UserConfig, resource_name
from constructs.kubernetes import provider as helm
from constructs.kubernetes.argocd import SIGN_ON_SECRET
from constructs.kubernetes.kubeconfig import SignIn, document
from constructs.kubernetes.rbac import Rbac
from constructs.kubernetes.secrets import Content, SecretConfig, Secrets
from constructs.shared.cloud import Cloud
from constructs.shared.stages import (
    AddonsOutputs,
    BackendOutputs,
    ClusterOutputs,
    IdentityOutputs,
    IssuerConfig,
)
from constructs.shared.text import literal

from manifest import identity as sections
from manifest.identity import ADMINISTRATORS, client_entry, guest_entry
from stacks import identity_providers
from stacks.realm import PROGRAM, Realm, client_id, grants, guest_client
from stacks.stage import KeycloakUse, Person, Stage

LISTENERS = ("http://localhost:8000", "http://localhost:18000")
"""Where programs on people's machines wait for the answer of a sign-in; kubelogin's, too."""
OWN_GROUP = "own_group"
"""Terraform's name for the group that all of a guest's are below. No name of theirs has a _."""


class IdentityStack(Stage[IdentityOutputs]):
    """The realm or a part of it, the cluster's trust in it, and rights on the cluster."""

    def __init__(
        self,
        scope: Construct,
        infrastructure: str,
        cloud: Cloud,
        *,
        identity: sections.Identity,
        administrator: sections.Admin | None,
        realm: Realm,
        guests: Sequence[str],
        backend: Stage[BackendOutputs],
        cluster: Stage[ClusterOutputs],
        addons: Stage[AddonsOutputs] | None,
        argocd: bool,
    ) -> None:
        """`administrator` is None where another infrastructure's is the one; `guests` share the
        realm; `argocd`: people reach the one that `addons` made by a name.
        """
        super().__init__(scope, infrastructure, "identity", cloud)
        self._identity, self._realm, self._guests = identity, realm, guests
        outputs = self.read(cluster)
        helm.declare(self, cloud.connection(outputs))
        self._connect()
        self._people: list[Person] = []
        self._accounts: list[ITerraformDependable] = []
        if identity.owner:
            self._own_realm(administrator)
        else:
            self._part_of_a_realm(administrator)
        clients = {name: self._client(name, one) for name, one in identity.clients.items()}
        argocd_client = self._argocd(self.read(addons)) if argocd and addons else ""
        kubernetes = self._kubernetes(cloud, outputs, self.read(backend))
        self.keycloak = KeycloakUse(
            url=realm.url,
            realm=realm.name,
            login_realm=realm.program.realm,
            client_id=realm.program.client_id,
            entry=realm.program.entry,
            bootstrap=realm.program.bootstrap,
            people=tuple(self._people),
        )
        self.publish(
            IdentityOutputs(
                issuer=realm.issuer,
                realm=realm.name,
                argocd_client=argocd_client,
                kubernetes_client=kubernetes,
                clients=clients,
            )
        )

    def _connect(self) -> None:
        program = self._realm.program
        secret = self.secret(program.entry, generated=program.generated, store=program.store)
        connection = KeycloakConnection(
            self._realm.url, program.realm, program.client_id, client_secret=secret
        )
        keycloak.declare(self, connection)

    def _own_realm(self, administrator: sections.Admin | None) -> None:
        """Everything: the realm, the admin, people, providers, and access for guests."""
        assert administrator, "an owner has one"
        config = RealmConfig(self._realm.name, display_name=f"Platform {self.infrastructure}")
        realm = RealmBlock(self, "realm-and-flows", config)
        self._realm_id = realm.id
        self._groups = {
            name: Group(self, f"group-{name}", realm=realm.id, name=name)
            for name in (ADMINISTRATORS, *self._identity.groups)
        }
        rights = Administrators(
            self,
            "administrators",
            group=self._groups[ADMINISTRATORS],
            mfa_role=realm.mfa_role.reference(),
        )
        self._user(administrator.username, administrator, (ADMINISTRATORS,))
        for name, user in self._identity.users.items():
            self._user(name, user, user.groups)
        identity_providers.add(
            self,
            self._identity.providers,
            realm=realm,
            issuer=self._realm.issuer,
            groups=self._groups,
            secret=self._kept,
            client_secret=self._client_secret,
            people=self._accounts,
        )
        for guest in self._guests:
            Guest(
                self,
                f"guest-{guest}",
                infrastructure=guest,
                client_id=guest_client(guest),
                realm=realm.id,
                management=rights.management,
                secret=self._client_secret(guest_entry(guest), generated=True),
            )

    def _part_of_a_realm(self, administrator: sections.Admin | None) -> None:
        """A group of our own with ours below it, and people of theirs in these."""
        found = Data(self, "realm", "realm", {"realm": self._realm.name})
        self._realm_id = found.reference()
        root = Group(
            self, "own-group", realm=self._realm_id, name=self.infrastructure, address=OWN_GROUP
        )
        names = [*self._identity.groups, *([ADMINISTRATORS] if administrator else [])]
        self._groups = {
            name: Group(self, f"group-{name}", realm=self._realm_id, name=name, parent=root)
            for name in names
        }
        members = {name: user.groups for name, user in self._identity.users.items()}
        if administrator:
            members[administrator.username] = (ADMINISTRATORS,)
        for username, groups in members.items():
            attributes = {"realm_id": self._realm_id, "username": literal(username)}
            user = Data(self, "user", resource_name(username), attributes)
            self._member(username, user.reference(), groups)

    def _user(self, username: str, person: sections.Person, groups: Sequence[str]) -> None:
        assert person.email, "the manifest made sure"
        config = UserConfig(
            username=literal(username),
            email=literal(person.email),
            first_name=literal(person.first_name),
            last_name=literal(person.last_name),
            enabled=person.enabled,
        )
        user = User(self, f"user-{username}", realm=self._realm_id, config=config)
        entry = sections.password_entry(username) if not person.external else None
        self._people.append(Person(user.address, username, entry))
        self._accounts.append(user.resource)
        self._member(username, user.id, groups)

    def _member(self, username: str, user: str, groups: Sequence[str]) -> None:
        if groups:
            Membership(
                self,
                f"groups-{username}",
                name=resource_name(username),
                realm=self._realm_id,
                user=user,
                groups=[self._groups[group].id for group in groups],
            )

    def _client(self, name: str, section: sections.Client) -> str:
        """A client of the manifest, and the Secret that tells its application of it."""
        entry = client_entry(name)
        secret = None if section.public else self._client_secret(entry, generated=True)
        config = ClientConfig(
            client_id=client_id(self.infrastructure, name),
            name=name,
            redirect_uris=[literal(uri) for uri in section.redirect_uris],
            web_origins=["+"],
            secret=secret,
        )
        client = Client(self, f"client-{name}", name=name, realm=self._realm_id, config=config)
        if section.namespace:
            plain = {"clientId": config.client_id, "issuer": self._realm.issuer}
            contents = {"clientSecret": Content(secret.value, secret.revision)} if secret else {}
            Secrets(
                self,
                f"secret-{name}",
                name=f"{name}-oidc",
                namespace=section.namespace,
                secrets=[SecretConfig(f"{name}-oidc", secret=contents, plain=plain)],
            )
        return client.client_id

    def _argocd(self, addons: AddonsOutputs) -> str:
        """ArgoCD's client, and its secret in the Secret that ArgoCD looks it up in."""
        url = addons.argocd_url
        secret = self._client_secret(client_entry("argocd"), generated=True)
        config = ClientConfig(
            client_id=client_id(self.infrastructure, "argocd"),
            name="Argo CD",
            redirect_uris=[f"{url}/auth/callback"],
            logout_uris=[f"{url}/*"],
            web_origins=[url],
            root_url=url,
            secret=secret,
        )
        client = Client(self, "argocd", name="argocd", realm=self._realm_id, config=config)
        Secrets(
            self,
            "argocd-secret",
            name=SIGN_ON_SECRET,
            namespace=addons.argocd_namespace,
            secrets=[
                SecretConfig(
                    SIGN_ON_SECRET,
                    secret={"clientSecret": Content(secret.value, secret.revision)},
                    labels={"app.kubernetes.io/part-of": "argocd"},
                )
            ],
        )
        return client.client_id

    def _kubernetes(self, cloud: Cloud, cluster: ClusterOutputs, storage: BackendOutputs) -> str:
        """People's way to the cluster's API and their rights there; the client they sign in with.

        Empty where the cloud was not told what it needs for that.
        """
        rights = list(grants(self._identity, self._realm))
        groups = [grant.group for grant in rights]
        id_ = client_id(self.infrastructure, "kubernetes")
        issuer = IssuerConfig(PROGRAM, self._realm.issuer, id_, groups)
        access = cloud.trust(self, cluster, issuer)
        if access is None:
            return ""
        Rbac(self, "rbac", grants=rights, subjects=access.subjects)
        config = ClientConfig(
            client_id=id_,
            name="Kubernetes",
            redirect_uris=LISTENERS,
            secret=None,
            device=True,
        )
        client = Client(self, "kubernetes", name="kubernetes", realm=self._realm_id, config=config)
        sign_in = SignIn(
            context=self.infrastructure,
            endpoint=cluster.endpoint,
            certificate_authority=cluster.certificate_authority,
            issuer=self._realm.issuer,
            client_id=id_,
            access=access,
        )
        cloud.config_file(
            self,
            "kubeconfig",
            bucket=storage.bucket,
            key=f"{storage.config_prefix}kubeconfig-people",
            content=document(sign_in),
        )
        return client.client_id

    def _client_secret(self, entry: str, *, generated: bool = False) -> ClientSecret:
        value = self.secret(entry, generated=generated)
        return ClientSecret(value, self.secret_revision(entry))

    def _kept(self, entry: str) -> str:
        """For arguments that Terraform keeps in its state."""
        return self.secret(entry, ephemeral=False)
