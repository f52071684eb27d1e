"""Whose account a call is in: configurable without losing the others, and quick to say.

moto's `MOTO_ACCOUNT_ID` puts every call into one account, those under a role of another account,
too. Here a caller whose key no account knows is in the account given; a role that is assumed is
in its own.

To find out, moto looks into each partition of each account, and by that makes all of them, each
with its 1,500 managed policies: more than a second. Here only those are asked that exist.
"""

from __future__ import annotations

import sys

import moto.core.models
import moto.iam.models
from moto.iam.models import iam_backends

NAME = "DEFAULT_ACCOUNT_ID"


def complete(account: str | None) -> None:
    """Makes `account` the default one; None keeps moto's own."""
    moto.iam.models.get_account_id_from = account_of
    if account is None:
        return
    # In the modules of moto that are loaded; those to come import it from these.
    for module in list(sys.modules.values()):
        if module.__name__.partition(".")[0] == "moto" and hasattr(module, NAME):
            setattr(module, NAME, account)


def account_of(access_key: str) -> str:
    """The account that an access key belongs to; the default one if it is unknown."""
    for account, partitions in list(iam_backends.items()):
        for backend in list(partitions.values()):
            if access_key in backend.access_keys:
                return account
    return moto.core.models.DEFAULT_ACCOUNT_ID
