"""What programs ask Google Cloud for beside terraform's provider: states and values of secrets.

`server.py` answers Cloud Storage and Secret Manager as far as terraform's gcs backend and `clouds/`
use them. Which buckets and secrets there are, the record of the emulated provider says
(`providers/objects.py`): what terraform has destroyed is gone here, too. Limits: no permissions, no
versions of objects, no encryption; contents are in memory and go with the process.
"""

from emulator.google.server import GoogleServer

__all__ = ["GoogleServer"]
