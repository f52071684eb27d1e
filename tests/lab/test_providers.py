"""People come from elsewhere: by OpenID Connect, by SAML, and from an LDAP directory.

Real: Keycloak, the keycloak provider, terraform, the directory. The other sides of OpenID Connect
and SAML are realms of the same Keycloak, `corp` and `partner`, which know nothing of ours.
"""

from __future__ import annotations

import re
import ssl
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keycloak import Connection
from tests.lab.certificates import Authority
from tests.lab.directory import BASE, BIND_DN, BIND_PASSWORD, LdapDirectory
from tests.lab.keycloak import BOOTSTRAP_CLIENT, Keycloak
from tests.lab.processes import Processes
from tests.lab.signin import Client, NotLetIn, Person, claims
from tests.lab.signing_in import REAL_PROVIDER, people_in
from tests.people import People

pytestmark = [
    pytest.mark.lab,
    pytest.mark.xdist_group("lab"),
    pytest.mark.terraform,
    pytest.mark.timeout(1800),
    REAL_PROVIDER,
]
CORP_SECRET = "what corp gave our client"
PASSWORD = "Of-The-Other-Side-1"
CORP = {
    "eva": ("eva@acme.example", "/engineers"),
    "boss": ("boss@acme.example", "/bosses"),
    "mallory": ("mallory@evil.example", "/bosses"),
    "trudy": ("trudy@acme.example.evil.example", "/bosses"),
}
"""Their address and their group there."""
PARTNER = {"sam": ("sam@partner.example", "/reviewers")}
DIRECTORY = f"""\
dn: {BASE}
objectClass: domain
dc: acme

dn: ou=people,{BASE}
objectClass: organizationalUnit
ou: people

dn: ou=groups,{BASE}
objectClass: organizationalUnit
ou: groups

dn: uid=lin,ou=people,{BASE}
objectClass: inetOrgPerson
uid: lin
cn: Lin Directory
sn: Directory
givenName: Lin
mail: lin@acme.example
userPassword: {PASSWORD}

dn: cn=developers,ou=groups,{BASE}
objectClass: groupOfNames
cn: developers
member: uid=lin,ou=people,{BASE}

dn: cn=platform-admins,ou=groups,{BASE}
objectClass: groupOfNames
cn: platform-admins
member: uid=lin,ou=people,{BASE}
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    folder = Path(tempfile.mkdtemp(prefix="groundplan-providers-"))
    running = Processes(folder / "logs", remove=folder)
    yield running
    running.end()


@pytest.fixture(scope="module")
def people(
    processes: Processes, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[People]:
    """Production, deployed to a new Keycloak, with a provider of each kind."""
    folder = tmp_path_factory.mktemp("providers")
    keycloak = Keycloak.start(processes, authority, folder)
    directory = LdapDirectory.start(processes, authority, folder / "directory", DIRECTORY)
    with people_in(keycloak, authority, folder) as made:
        others = Others(keycloak, Connection(keycloak.url, made.environment))
        others.make_corp()
        others.make_partner()
        given = _providers(keycloak.url, directory.url, authority)
        made.stand_in(lambda identity: identity.update(providers=given))
        store = made.store("production")
        store.set_secret("corp", CORP_SECRET)
        store.set_secret("directory", BIND_PASSWORD)
        assert made.outcomes("deploy", "production") == {"production": "changed"}
        assert made.outcomes("plan", "production") == {"production": "unchanged"}
        yield made


class Others:
    """The realms of the other sides."""

    def __init__(self, keycloak: Keycloak, connection: Connection) -> None:
        self._url, self._connection = keycloak.url, connection
        fields = {
            "grant_type": "client_credentials",
            "client_id": BOOTSTRAP_CLIENT,
            "client_secret": keycloak.bootstrap,
        }
        path = "/realms/master/protocol/openid-connect/token"
        self._token = connection.submit(path, fields)["access_token"]

    def make_corp(self) -> None:
        mapper = _mapper("openid-connect", "oidc-group-membership-mapper", "groups")
        mapper["config"] |= {"claim.name": "groups", "full.path": "true", "id.token.claim": "true"}
        client = {
            "clientId": "groundplan",
            "secret": CORP_SECRET,
            "redirectUris": [
                f"{self._url}/realms/platform/broker/{alias}/endpoint"
                for alias in ("corp", "forged")
            ],
            "protocolMappers": [mapper],
        }
        self._make("corp", CORP, client)

    def make_partner(self) -> None:
        properties = []
        for name in ("email", "firstName", "lastName"):
            mapper = _mapper("saml", "saml-user-property-mapper", name)
            mapper["config"] |= {"user.attribute": name, "attribute.name": name}
            properties.append(mapper)
        groups = _mapper("saml", "saml-group-membership-mapper", "groups")
        groups["config"] |= {"attribute.name": "groups", "full.path": "true", "single": "true"}
        client = {
            "clientId": f"{self._url}/realms/platform",
            "protocol": "saml",
            "redirectUris": [
                f"{self._url}/realms/platform/broker/{alias}/endpoint"
                for alias in ("partner", "impostor")
            ],
            "attributes": {
                "saml.assertion.signature": "true",
                "saml.server.signature": "true",
                "saml.client.signature": "false",
                "saml_force_name_id_format": "true",
                "saml_name_id_format": "persistent",
            },
            "protocolMappers": [*properties, groups],
        }
        self._make("partner", PARTNER, client)

    def _make(self, realm: str, users: dict[str, tuple[str, str]], client: dict[str, Any]) -> None:
        groups = sorted({group.removeprefix("/") for _, group in users.values()})
        self._connection.send(
            "POST",
            "/admin/realms",
            {
                "realm": realm,
                "enabled": True,
                "groups": [{"name": name} for name in groups],
                "clients": [client],
                "users": [
                    {
                        "username": name,
                        "email": email,
                        "emailVerified": True,
                        "enabled": True,
                        "firstName": name.title(),
                        "lastName": "Elsewhere",
                        "groups": [group],
                        "credentials": [{"type": "password", "value": PASSWORD}],
                    }
                    for name, (email, group) in users.items()
                ],
            },
            self._token,
        )


def _mapper(protocol: str, kind: str, name: str) -> dict[str, Any]:
    return {"name": name, "protocol": protocol, "protocolMapper": kind, "config": {}}


def _providers(url: str, directory: str, authority: Authority) -> dict[str, Any]:
    """The manifest's section: two that are what they say, two that are signed by somebody else."""
    corp = {
        "type": "oidc",
        "issuer": f"{url}/realms/corp",
        "authorization_url": f"{url}/realms/corp/protocol/openid-connect/auth",
        "token_url": f"{url}/realms/corp/protocol/openid-connect/token",
        "jwks_url": f"{url}/realms/corp/protocol/openid-connect/certs",
        "client_id": "groundplan",
        "client_secret": {"secret": "corp"},
        "allowed_domains": ["acme.example"],
        "group_mappings": {"/engineers": "developers", "/bosses": "platform-admins"},
    }
    partner = {
        "type": "saml",
        "entity_id": f"{url}/realms/partner",
        "single_sign_on_url": f"{url}/realms/partner/protocol/saml",
        "signing_certificate": _certificate(f"{url}/realms/partner", authority),
        "group_mappings": {"/reviewers": "auditors"},
    }
    foreign = f"{url}/realms/partner/protocol/openid-connect/certs"
    return {
        "corp": corp,
        "forged": {**corp, "jwks_url": foreign},
        "partner": partner,
        "impostor": {
            **partner,
            "signing_certificate": _certificate(f"{url}/realms/corp", authority),
        },
        "directory": {
            "type": "ldap",
            "url": directory,
            "bind_dn": BIND_DN,
            "bind_password": {"secret": "directory"},
            "users_dn": f"ou=people,{BASE}",
            "groups_dn": f"ou=groups,{BASE}",
            "groups": ["auditors"],
        },
    }


def _certificate(realm: str, authority: Authority) -> str:
    """What a realm signs SAML with, as it says itself."""
    context = ssl.create_default_context(cafile=authority.certificate)
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    with opener.open(f"{realm}/protocol/saml/descriptor", timeout=60) as answer:
        found = re.search(r"X509Certificate>([^<]+)<", answer.read().decode())
    assert found
    return found[1]


@pytest.fixture(scope="module")
def client(people: People, authority: Authority) -> Client:
    """As a person's kubectl signs in."""
    issuer = f"{people.url}/realms/platform"
    return Client(issuer, "production-kubernetes", "http://localhost:8000", authority.certificate)


def groups(client: Client, person: Person, provider: str = "") -> list[str]:
    """The groups that somebody is in after signing in."""
    said: list[str] = claims(client.sign_in(person, provider)["id_token"]).get("groups", [])
    return sorted(said)


def test_who_comes_from_there_joins_the_group_that_theirs_is_mapped_to(client: Client) -> None:
    person = Person("eva", PASSWORD)
    assert groups(client, person, "corp") == ["/developers"]
    assert person.pages == ["password"]


def test_an_administrator_gives_a_code_also_when_coming_from_there(client: Client) -> None:
    person = Person("boss", PASSWORD)
    # The group is theirs from now on; a code is asked for as soon as they have it.
    assert groups(client, person, "corp") == ["/platform-admins"]
    assert person.pages == ["password", "set up codes"]
    person.pages.clear()
    assert groups(client, person, "corp") == ["/platform-admins"]
    assert person.pages == ["password", "code"]


@pytest.mark.parametrize("username", ["mallory", "trudy"])
def test_who_has_no_address_of_the_domain_stays_outside(username: str, client: Client) -> None:
    person = Person(username, PASSWORD)
    with pytest.raises(NotLetIn, match=r"Only people of acme\.example may come in"):
        client.sign_in(person, "corp")


def test_a_token_that_somebody_else_signed_lets_nobody_in(client: Client) -> None:
    with pytest.raises(NotLetIn, match="Unexpected error when authenticating"):
        client.sign_in(Person("eva", PASSWORD), "forged")


def test_groups_come_by_saml_too(client: Client) -> None:
    person = Person("sam", PASSWORD)
    assert groups(client, person, "partner") == ["/auditors"]
    assert person.pages == ["password"]


def test_an_assertion_that_somebody_else_signed_lets_nobody_in(client: Client) -> None:
    with pytest.raises(NotLetIn, match="Invalid signature"):
        client.sign_in(Person("sam", PASSWORD), "impostor")


def test_who_is_in_the_directory_signs_in_with_the_password_there(client: Client) -> None:
    """A group there of the administrators' name makes nobody one."""
    person = Person("lin", PASSWORD)
    assert groups(client, person) == ["/auditors", "/developers"]
    assert person.pages == ["password"]


def test_another_password_than_the_directorys_is_wrong(client: Client) -> None:
    with pytest.raises(NotLetIn, match="Invalid"):
        client.sign_in(Person("lin", "Another-Password-1"))


def test_who_came_from_elsewhere_stays_when_the_manifest_is_deployed_again(
    people: People, client: Client
) -> None:
    assert people.outcomes("deploy", "production") == {"production": "unchanged"}
    assert groups(client, Person("eva", PASSWORD), "corp") == ["/developers"]
