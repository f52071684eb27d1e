"""Cloud Storage: objects in buckets that terraform has made, with the conditions that lock states.

https://cloud.google.com/storage/docs/json_api
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import quote

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from emulator.google.answers import answer, error
from emulator.google.records import Records


@dataclass(frozen=True)
class Blob:
    """An object: its content, and the number that every change raises."""

    content: bytes
    generation: int
    kind: str


class Storage:
    """Objects, in memory; the buckets themselves are recorded."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._blobs: dict[tuple[str, str], Blob] = {}
        self._generation = 1_700_000_000_000_000

    def routes(self) -> Iterator[Rule]:
        """What is answered."""
        objects = "/storage/v1/b/<bucket>/o"
        yield Rule(objects, endpoint=self._list, methods=["GET"])
        yield Rule(f"{objects}/<path:name>", endpoint=self._get, methods=["GET"])
        yield Rule(f"{objects}/<path:name>", endpoint=self._delete, methods=["DELETE"])
        yield Rule(f"/upload{objects}", endpoint=self._insert, methods=["POST"])
        # The XML API, by which Go's client reads contents.
        yield Rule("/<bucket>/<path:name>", endpoint=self._read, methods=["GET"])

    def _list(self, request: Request, bucket: str) -> Response:
        if not self._known(bucket):
            return _no_bucket()
        prefix = request.args.get("prefix", "")
        found = sorted(name for at, name in self._blobs if at == bucket and name.startswith(prefix))
        items = [_described(bucket, name, self._blobs[bucket, name]) for name in found]
        return answer({"kind": "storage#objects", "items": items} if items else {})

    def _get(self, request: Request, bucket: str, name: str) -> Response:
        blob = self._blobs.get((bucket, name)) if self._known(bucket) else None
        if blob is None:
            return error(404, f"No such object: {bucket}/{name}")
        if request.args.get("alt") == "media":
            return _content(blob)
        return answer(_described(bucket, name, blob))

    def _read(self, request: Request, bucket: str, name: str) -> Response:
        if not self._known(bucket):
            # Every path could be one of this API.
            return error(404, f"{request.path} is neither emulated nor in a bucket that exists.")
        blob = self._blobs.get((bucket, name))
        return _content(blob) if blob else error(404, f"No such object: {bucket}/{name}")

    def _insert(self, request: Request, bucket: str) -> Response:
        if not self._known(bucket):
            return _no_bucket()
        if request.args.get("uploadType") != "multipart":
            return error(501, "Uploads in several requests are not emulated.")
        metadata, kind, content = _parts(request)
        name = request.args.get("name") or metadata["name"]
        if not self._may(request, bucket, name):
            return _conflict()
        self._generation += 1
        blob = self._blobs[bucket, name] = Blob(content, self._generation, kind)
        return answer(_described(bucket, name, blob))

    def _delete(self, request: Request, bucket: str, name: str) -> Response:
        if not self._known(bucket) or (bucket, name) not in self._blobs:
            return error(404, f"No such object: {bucket}/{name}")
        if not self._may(request, bucket, name):
            return _conflict()
        del self._blobs[bucket, name]
        return Response(status=204)

    def _may(self, request: Request, bucket: str, name: str) -> bool:
        """Whether the object is of the generation that the request asks for; 0: it is not there."""
        asked = request.args.get("ifGenerationMatch")
        blob = self._blobs.get((bucket, name))
        return asked is None or int(asked) == (blob.generation if blob else 0)

    def _known(self, bucket: str) -> bool:
        """Whether a bucket exists; objects of those that are gone are forgotten."""
        known = self._records.buckets()
        for gone in [one for one in self._blobs if one[0] not in known]:
            del self._blobs[gone]
        return bucket in known


def _parts(request: Request) -> tuple[dict[str, Any], str, bytes]:
    """The metadata of an upload, and the kind and the bytes of its content."""
    head = f"Content-Type: {request.content_type}\r\n\r\n".encode()
    whole = message_from_bytes(head + request.get_data())
    first, second = (part for part in whole.walk() if not part.is_multipart())
    return json.loads(_bytes(first)), second.get_content_type(), _bytes(second)


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    assert isinstance(found, bytes)  # noqa: S101
    return found


def _described(bucket: str, name: str, blob: Blob) -> dict[str, Any]:
    return {
        "kind": "storage#object",
        "bucket": bucket,
        "name": name,
        "generation": str(blob.generation),
        "metageneration": "1",
        "size": str(len(blob.content)),
        "contentType": blob.kind,
        "md5Hash": base64.b64encode(hashlib.md5(blob.content).digest()).decode(),  # noqa: S324
        "mediaLink": f"/storage/v1/b/{bucket}/o/{quote(name, safe='')}?alt=media",
    }


def _content(blob: Blob) -> Response:
    headers = {"X-Goog-Generation": str(blob.generation), "X-Goog-Metageneration": "1"}
    return Response(blob.content, content_type=blob.kind, headers=headers)


def _no_bucket() -> Response:
    return error(404, "The specified bucket does not exist.")


def _conflict() -> Response:
    return error(412, "At least one of the pre-conditions you specified did not hold.")
