"""The baseline: imports stock cdktf and synthesizes one empty stack. Caller: `benchmarks/run`."""

import os

from cdktf import App, TerraformStack

app = App(outdir=os.environ["CDKTF_OUTDIR"])
TerraformStack(app, "empty")
app.synth()
