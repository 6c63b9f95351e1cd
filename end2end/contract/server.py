"""Starts the binary on a free port with a folder and a database of its own, and stops it again.

The Python side of server.mjs; only this child is ever signalled.
"""

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

CHECKOUT = Path(__file__).resolve().parents[2]
BINARY = (CHECKOUT / os.environ.get("MERX_BIN", "target/release/merx")).resolve()
START_SECONDS = 30
STOP_SECONDS = 10

# The time on the server's clock.
CLOCK = "2026-06-15T12:00:00Z"
CLOCK_MS = 1_781_524_800_000

# `MERX_…` variables are flags to the binary; those of the tests' own environment must not leak in.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("MERX_")}


class Server:
    """A server with a merchant and its owner."""

    def __init__(self):
        if not BINARY.exists():
            raise FileNotFoundError(f"no binary at {BINARY}: build the release first, or set MERX_BIN")
        self._folder = tempfile.TemporaryDirectory(prefix="merx-tests-")
        self.folder = Path(self._folder.name)
        self._database = self._empty_database()
        self._merx("init", "--email", "owner@example.com", "--password", "correct horse battery staple")
        with socket.create_server(("127.0.0.1", 0)) as free:
            listen = f"127.0.0.1:{free.getsockname()[1]}"
        self.origin = f"http://{listen}"
        self._log = open(self.folder / "merx.log", "w+", encoding="utf-8")
        self._child = subprocess.Popen(
            [BINARY, "serve", "--listen", listen, "--database-url", self._database, "--clock", CLOCK],
            cwd=self.folder, env=ENVIRONMENT, stdout=self._log, stderr=self._log,
        )
        try:
            self._wait()
        except BaseException:
            self._child.kill()
            raise

    def _empty_database(self):
        """A file, or one more database on the PostgreSQL server that the tests run on."""
        server = os.environ.get("MERX_TEST_DATABASE_URL")
        if not server:
            return f"sqlite://{self.folder / 'merx.db'}"
        name = "".join(c if c.isalnum() else "_" for c in self.folder.name.lower())
        subprocess.run(["psql", server, "--quiet", "--command", f"create database {name}"], check=True)
        return urlsplit(server)._replace(path=f"/{name}").geturl()

    def _merx(self, *arguments):
        command = [BINARY, *arguments, "--database-url", self._database]
        done = subprocess.run(command, cwd=self.folder, env=ENVIRONMENT, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def _wait(self):
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"{self.origin}/readyz", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if self._child.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"the server was not ready; its log:\n{self.log()}") from None
                time.sleep(0.05)

    def log(self):
        """What the server has printed."""
        return (self.folder / "merx.log").read_text(encoding="utf-8")

    def key(self, mode="test", scopes=None, dialect="revenuecat"):
        """A new key without a rate limit."""
        more = ["--scopes", scopes] if scopes else []
        return self._merx("keys", "create", "--dialect", dialect, "--mode", mode, "--rate-limit", "off", *more)

    def stop(self):
        """Stops the server; it must have lived until now, end politely and never have panicked."""
        alive = self._child.poll() is None
        self._child.send_signal(signal.SIGTERM)
        try:
            end = self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            end = "still running"
        self._log.close()
        text = self.log()
        self._folder.cleanup()
        assert alive, f"the server ended by itself ({end}); its log:\n{text}"
        assert end in (0, -signal.SIGTERM), f"the server did not stop politely ({end}); its log:\n{text}"
        assert "panicked at" not in text, text
