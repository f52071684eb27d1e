"""Names in Secret Manager: allowed ones, and never two entries with one name."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from clouds.google_secrets import LIMIT, secret_id

ENTRIES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9/_+=.@-]{0,127}", fullmatch=True)
PREFIXES = st.builds(
    "{}_{}_".format,
    st.from_regex(r"[a-z][a-z0-9-]{0,19}", fullmatch=True),
    st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True),
)


def test_a_name_can_be_read() -> None:
    assert secret_id("acme_staging_", "argocd/git") == "acme_staging_argocd_2fgit"


@given(PREFIXES, ENTRIES)
def test_google_takes_every_name(prefix: str, entry: str) -> None:
    made = secret_id(prefix, entry)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", made) and len(made) <= LIMIT
    assert made.startswith(prefix)


@given(PREFIXES, ENTRIES, PREFIXES, ENTRIES)
def test_two_entries_never_share_a_name(p: str, a: str, q: str, b: str) -> None:
    assert (secret_id(p, a) == secret_id(q, b)) == ((p, a) == (q, b))
