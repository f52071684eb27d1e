"""A git server on loopback: `git http-backend` behind Python's own web server."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.lab.program import run

GIT = {
    # Nothing a user has set up for git counts here.
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "laboratory",
    "GIT_AUTHOR_EMAIL": "laboratory@example.org",
    "GIT_COMMITTER_NAME": "laboratory",
    "GIT_COMMITTER_EMAIL": "laboratory@example.org",
}


class GitServer:
    """Serves the bare repositories of its folder over HTTP, for reading."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        handler = type("Handler", (_Handler,), {"folder": folder})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Under which its repositories are."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def repository(self, name: str) -> Repository:
        """A new, empty repository. Raises ProgramError."""
        return Repository(self._folder / f"{name}.git", f"{self.url}/{name}.git")

    def end(self) -> None:
        """Stops serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Repository:
    """A repository with one branch, `main`."""

    def __init__(self, bare: Path, url: str) -> None:
        self.url = url
        self._bare = bare
        self.tree = bare.with_suffix(".tree")
        """The folder in which it is worked on."""
        self._git("init", "--quiet", "--bare", "--initial-branch=main", str(bare))
        self._git("init", "--quiet", "--initial-branch=main", str(self.tree))

    def commit(self, files: Mapping[str, str | None], message: str = "Change") -> str:
        """Writes files, removes those that are None, and pushes; returns the commit.

        Where that changes nothing, it is the commit that was there. Raises ProgramError.
        """
        for name, text in files.items():
            file = self.tree / name
            if text is None:
                file.unlink(missing_ok=True)
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
        at = ["-C", str(self.tree)]
        self._git(*at, "add", "--all")
        if self._git(*at, "status", "--porcelain"):
            self._git(*at, "commit", "--quiet", "--message", message)
            self._git(*at, "push", "--quiet", str(self._bare), "main")
        return self._git(*at, "rev-parse", "HEAD").strip()

    def files(self) -> list[str]:
        """The names of all files that are committed."""
        return self._git("-C", str(self.tree), "ls-files").splitlines()

    def _git(self, *arguments: str) -> str:
        return run(["git", *arguments], environment={**os.environ, **GIT})


class _Handler(BaseHTTPRequestHandler):
    """One request is one run of the CGI program: https://git-scm.com/docs/git-http-backend"""

    folder: Path

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""

    def _serve(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        ended = subprocess.run(
            [shutil.which("git") or "git", "http-backend"],
            input=body,
            env={
                **os.environ,
                **GIT,
                "GIT_PROJECT_ROOT": str(self.folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            },
            capture_output=True,
            timeout=60,
            check=False,
        )
        head, _, content = ended.stdout.partition(b"\r\n\r\n")
        headers = [line.partition(": ") for line in head.decode().split("\r\n") if line]
        status = next((value for name, _, value in headers if name == "Status"), "200 OK")
        self.send_response(int(status.split()[0]))
        for name, _, value in headers:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
