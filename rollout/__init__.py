"""Plans, deploys and destroys a set of synthesized stacks, in order.

Reads CDKTF's output folder and drives terraform on it; never imports CDKTF or manifests.
Callers: `cli/`, later `reconciler/`. The way of the data:

    cdktf.out → synthesized (stacks) → schedule (order, side by side) → work on one stack
    (deployment, destruction, planning) → results

Everything worth telling on the way is an event to an `Observer`; everything that may stop a step
is asked in `guards.py`.
"""

from rollout.events import Event, Observer
from rollout.guards import Consent, Yes
from rollout.results import Outcome, Result
from rollout.rollout import Rollout
from rollout.synthesized import Stack, Synthesized

__all__ = [
    "Consent",
    "Event",
    "Observer",
    "Outcome",
    "Result",
    "Rollout",
    "Stack",
    "Synthesized",
    "Yes",
]
