"""A package index over HTTP that wants a token, and wheels to put into it, made without any build tool."""

import base64
import hashlib
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

TOKEN = "ndl_secret-of-the-test"


class Wheel(NamedTuple):
    """A wheel in the index."""

    filename: str
    sha256: str


class Index:
    """What `simple/` answers, and who asked for what."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.asked: list[str] = []
        self._simple = folder / "simple"
        self._simple.mkdir(exist_ok=True)

    def add(self, name: str, version: str, *, requires: Sequence[str] = (), code: int = 0, sleeps: float = 0) -> Wheel:
        """Put in a wheel whose command, called like it, says its version, sleeps and ends with `code`."""
        module, folder = name.replace("-", "_"), self._simple / name
        folder.mkdir(exist_ok=True)
        path = folder / f"{module}-{version}-py3-none-any.whl"
        info = f"{module}-{version}.dist-info"
        needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
        files = {
            f"{module}.py": f"import sys, time\ndef main():\n    print('{name} {version}')\n"
            f"    time.sleep({sleeps})\n    sys.exit({code})\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {module}:main\n",
        }
        record = "".join(f"{file},,\n" for file in (*files, f"{info}/RECORD"))
        with zipfile.ZipFile(path, "w") as archive:
            for file, text in {**files, f"{info}/RECORD": record}.items():
                archive.writestr(file, text)
        links = "".join(f'<a href="{one.name}">{one.name}</a>' for one in sorted(folder.glob("*.whl")))
        (folder / "index.html").write_text(links)
        return Wheel(path.name, hashlib.sha256(path.read_bytes()).hexdigest())


@contextmanager
def serving(folder: Path) -> Iterator[Index]:
    """Serve an empty index on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    index = Index(folder, server.server_port)
    server.index = index  # type: ignore[attr-defined]  # the handler finds it here
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield index
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        index: Index = self.server.index  # type: ignore[attr-defined]  # as `serving` set it
        index.asked.append(self.path)
        wanted = "Basic " + base64.b64encode(f"__token__:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") == wanted:
            super().do_GET()
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="registry"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
