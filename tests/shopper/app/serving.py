"""A real app in a process of its own, and a browser's cookie for it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

Answer = tuple[int, dict[str, str], str]


class RunningApp:
    """`shopper app` over a folder. Starts on construction; `close` ends it, `kill` kills it."""

    def __init__(self, folder: Path, *words: str, cwd: Path | None = None, **env: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "shopper", "app", str(folder), "--no-open", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=cwd,
            env={**os.environ, **env},
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = re.search(r"http://\S+", said)
        assert found, said + self.process.stdout.read()
        self.address = found.group()
        parts = urlsplit(self.address)
        self.port = parts.port or 0
        self.url = f"http://127.0.0.1:{self.port}"
        self.cookie = ""

    def enter(self) -> str:
        """Use the token up; returns the cookie."""
        parts = urlsplit(self.address)
        status, headers, _ = self.ask(f"/?{parts.query}")
        assert status == 303
        self.cookie = headers["set-cookie"].partition(";")[0]
        return self.cookie

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        host: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> Answer:
        """One request, exactly as it is written here."""
        told = {"Host": host or f"127.0.0.1:{self.port}"}
        if self.cookie:
            told["Cookie"] = self.cookie
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers={**told, **(headers or {})})
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text
        finally:
            connection.close()

    def fetch(self, path: str) -> bytes:
        """A file, as the browser gets it."""
        asked = Request(f"{self.url}{path}", headers={"Cookie": self.cookie})
        with urlopen(asked, timeout=60) as answer:
            data: bytes = answer.read()
        return data

    def post(self, path: str, headers: Mapping[str, str] | None = None, **fields: str) -> Answer:
        """A form of the app's own, as its pages send it."""
        sent = {"Origin": self.url, "Content-Type": "application/x-www-form-urlencoded"}
        return self.ask(
            path,
            method="POST",
            headers={**sent, **(headers or {})},
            body=urlencode({"word": self.word(), **fields}),
        )

    def word(self) -> str:
        found = re.search(r'name="word" value="(\w+)"', self.ask("/new/start")[2])
        assert found
        return found.group(1)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
        if self.process.stdout is not None:
            self.process.stdout.close()
