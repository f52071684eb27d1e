"""S3: deleting single versions of objects, also where versioning has been suspended.

moto fails on a delete marker that goes together with its object (it has no `dispose`), and forgets
all versions of an object when one is deleted from a bucket whose versioning is suspended.
"""

from __future__ import annotations

from typing import Any

from moto.s3.models import FakeDeleteMarker, S3Backend

ENABLED, SUSPENDED = "Enabled", "Suspended"


def complete() -> None:
    """Deletes exactly the version that is named."""
    FakeDeleteMarker.dispose = lambda self: None  # type: ignore[attr-defined]
    stock = S3Backend.delete_object

    def delete_object(
        self: Any,
        bucket_name: str,
        key_name: str,
        version_id: str | None = None,
        bypass: bool = False,
    ) -> Any:
        bucket = self.get_bucket(bucket_name)
        suspended = version_id is not None and bucket.versioning_status == SUSPENDED
        if suspended:
            bucket.versioning_status = ENABLED
        try:
            return stock(self, bucket_name, key_name, version_id, bypass)
        finally:
            if suspended:
                bucket.versioning_status = SUSPENDED

    S3Backend.delete_object = delete_object  # type: ignore[method-assign]
