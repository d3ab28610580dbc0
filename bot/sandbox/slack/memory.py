"""A file in which a workspace keeps what was said, so that a restarted sandbox still shows it.

Written a moment after each change, whole, beside its place and then over it; a kill may lose that moment.
"""

import json
import threading
from pathlib import Path

from bot.sandbox.slack.feed import Change
from bot.sandbox.slack.workspace import Workspace

_PAUSE = 0.1


class Memory:
    """What was said in a workspace, in a file."""

    def __init__(self, workspace: Workspace, path: Path) -> None:
        """Bring back what the file holds; nothing where there is none."""
        self._workspace = workspace
        self._path = path
        self._changed = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="sandbox-memory", daemon=True)
        if path.exists():
            with workspace.feed.lock:
                workspace.timeline.load(json.loads(path.read_text()))

    def start(self) -> None:
        """Begin to write."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._workspace.feed.subscribe(self._heard)
        self._thread.start()

    def stop(self) -> None:
        """Write for the last time."""
        self._stopped = True
        self._changed.set()
        self._thread.join()
        self._write()

    def _heard(self, _change: Change) -> None:
        self._changed.set()

    def _run(self) -> None:
        pause = threading.Event()
        while not self._stopped:
            self._changed.wait()
            self._changed.clear()
            self._write()
            pause.wait(_PAUSE)

    def _write(self) -> None:
        with self._workspace.feed.lock:
            text = json.dumps(self._workspace.timeline.dump())
        beside = self._path.with_suffix(".new")
        beside.write_text(text)
        beside.replace(self._path)
