"""A real browser for the tests: headless Chromium, driven by its DevTools protocol."""

import base64
import contextlib
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
_PATIENCE = 15.0
_KEYS = {
    "Enter": 13,
    "Escape": 27,
    "Tab": 9,
    "Home": 36,
    "End": 35,
    "ArrowUp": 38,
    "ArrowDown": 40,
    "ArrowRight": 39,
    " ": 32,
}
_TEXTS = {"Enter": "\r", " ": " "}
_SHIFT = 8


def binary() -> str | None:
    """Return the browser, or None where none is installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page:
    """One open page."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0

    def call(self, method: str, **given: Any) -> dict[str, Any]:
        """Call a method of the protocol; return its result."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": given}))
        while True:
            answer = json.loads(self._socket.recv(timeout=_PATIENCE))
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    def open(self, url: str, *, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """Go to a page."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        self.call("Page.enable")
        self.call("Page.navigate", url=url)

    def run(self, script: str) -> Any:
        """Evaluate JavaScript in the page; raise what it throws."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", script))
        return answer["result"].get("value")

    def wait(self, script: str) -> Any:
        """Return the first true value of a JavaScript expression; an element, which has no value here, is true."""
        told = f"Promise.resolve({script}).then(found => found instanceof Node ? true : found)"
        return self._until(lambda: self.run(told), script)

    def see(self, text: str) -> None:
        """Wait until a text can be read on the page."""
        self.wait(f"document.body && document.body.innerText.includes({json.dumps(text)})")

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        self.call("Input.insertText", text=text)

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press one key."""
        given = {"key": key, "code": key.replace(" ", "Space"), "windowsVirtualKeyCode": _KEYS[key]}
        given |= {"text": _TEXTS.get(key, ""), "modifiers": _SHIFT * shift}
        self.call("Input.dispatchKeyEvent", type="keyDown" if key in _TEXTS else "rawKeyDown", **given)
        self.call("Input.dispatchKeyEvent", type="keyUp", **given)

    def click(self, selector: str) -> None:
        """Press what a CSS selector finds first."""
        self.wait(f"document.querySelector({json.dumps(selector)})")
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def click_button(self, label: str) -> None:
        """Press the last button (the newest) that says this."""
        find = f"[...document.querySelectorAll('button')].filter(b => b.innerText.trim() === {json.dumps(label)})"
        self.wait(f"{find}.length")
        self.run(f"{find}.at(-1).click()")

    def screenshot(self, path: Path) -> None:
        """Keep what the page looks like, as PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def _until(self, look: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(RuntimeError):  # the page may be on its way elsewhere
                found = look()
                if found:
                    return found
            time.sleep(0.05)
        raise TimeoutError(f"it did not happen in {_PATIENCE:.0f} s: {what}")


class Browser:
    """A running browser."""

    def __init__(self, port: int) -> None:
        self._port = port

    @contextlib.contextmanager
    def page(self) -> Iterator[Page]:
        """Open a page of its own."""
        target = httpx.put(f"http://127.0.0.1:{self._port}/json/new?about:blank").json()
        with connect(target["webSocketDebuggerUrl"], max_size=None) as socket:
            yield Page(socket)
        httpx.get(f"http://127.0.0.1:{self._port}/json/close/{target['id']}")


@contextlib.contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Run a browser whose profile is in `folder`."""
    program = binary()
    if program is None:
        raise FileNotFoundError("Chromium is not installed")
    process = subprocess.Popen(
        [program, *_FLAGS, f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        told = folder / "DevToolsActivePort"
        deadline = time.monotonic() + _PATIENCE
        while not (told.exists() and told.read_text().strip()):
            if time.monotonic() > deadline:
                raise TimeoutError("Chromium did not start")
            time.sleep(0.05)
        yield Browser(int(told.read_text().split()[0]))
    finally:
        process.terminate()
        process.wait(timeout=10)
