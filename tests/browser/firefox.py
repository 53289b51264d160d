"""Drives the installed Firefox through Marionette, its remote protocol: Playwright only knows builds of its own.

Source: https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html. A message is "LENGTH:JSON"; a command
[0, id, name, parameters] is answered with [1, id, error, result].
"""

import json
import shutil
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

NAMES = ("firefox-esr", "firefox")
TIMEOUT = 150
"""Seconds that the start, a command or a condition may take on a busy machine: TensorFlow alone loads for half a minute."""

CANVAS = """const canvas = document.querySelector("[data-testid=drawing-canvas]");
canvas.scrollIntoView({ block: "center" });
const { left, top, width, height } = canvas.getBoundingClientRect();
return [left, top, width, height];"""


def find_firefox() -> str | None:
    """The path of an installed Firefox."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """A headless Firefox with a profile of its own. Use it in a with statement."""

    def __init__(self, path: str):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.port = unused.getsockname()[1]
        self.path, self.profile, self.ids = path, tempfile.TemporaryDirectory(), count(1)

    def __enter__(self) -> "Firefox":
        Path(self.profile.name, "user.js").write_text(f'user_pref("marionette.port", {self.port});\n')
        command = [self.path, "--headless", "--marionette", "--no-remote", "--profile", self.profile.name]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.socket = self._connect()
        self.stream = self.socket.makefile("rb")
        self._read()  # the greeting
        self._command("NewSession")
        self._command("SetWindowRect", width=1280, height=1000)
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        self.profile.cleanup()

    def open(self, address: str) -> None:
        """Open a page."""
        self._command("Navigate", url=address)

    def wait_for(self, expression: str) -> Any:
        """Wait until a JavaScript expression, in which `one` is document.querySelector, has a true value; return it.

        An error, as of an element that does not exist yet, is not a true value.
        """
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            try:
                value = self._run(f"const one = (selector) => document.querySelector(selector); return {expression};")
            except RuntimeError as error:
                value, message = None, str(error)
            else:
                message = f"the value is {value!r}"
            if value:
                return value
            time.sleep(0.1)
        raise AssertionError(f"In {TIMEOUT} s this did not become true: {expression}. At the end, {message}.")

    def click(self, selector: str) -> None:
        """Wait for an element that can be clicked, and click it."""
        element = f"one({selector!r})"
        self.wait_for(f"{element}?.checkVisibility() && !{element}.matches(':disabled, [aria-disabled=true]')")
        found = self._command("FindElement", using="css selector", value=selector)["value"]
        self._command("ElementClick", id=next(iter(found.values())))

    def draw(self, shape: list[tuple[float, float]]) -> None:
        """Draw a stroke on the canvas with the mouse: [x, y] as fractions of its sides."""
        left, top, width, height = self._run(CANVAS)
        moves = [
            {"type": "pointerMove", "x": round(left + x * width), "y": round(top + y * height), "duration": 50}
            for x, y in shape
        ]
        actions = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:], {"type": "pointerUp", "button": 0}]
        self._command("PerformActions", actions=[{"type": "pointer", "id": "mouse", "actions": actions}])

    def _run(self, script: str) -> Any:
        return self._command("ExecuteScript", script=script, args=[])["value"]

    def _connect(self) -> socket.socket:
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), TIMEOUT)
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.1)

    def _command(self, name: str, **parameters: Any) -> Any:
        message = json.dumps([0, next(self.ids), f"WebDriver:{name}", parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._read()
        if error:
            raise RuntimeError(f"{name} failed: {error['message']}")
        return result

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self.stream.read(1)
        return json.loads(self.stream.read(int(length[:-1])))
