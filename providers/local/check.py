"""How this machine is, for git repositories and virtual environments."""

import os
import re
import shutil
from pathlib import Path

from core.errors import NoodleError
from core.ports import Check
from providers.local.gitcli import Git

_GIT = (2, 30)
_FREE = 512 * 1024 * 1024
"""Bytes that a few virtual environments and builds need."""


class LocalCheck:
    """A Checkable that looks for git, free disk and a folder it may write to."""

    def __init__(self, git: Git, environments: Path) -> None:
        self._git = git
        self._environments = environments

    def check(self) -> Check:
        """Look, and say the first thing that is wrong."""
        try:
            said = self._git.run(Path("/"), "--version").strip()
        except NoodleError as error:
            return Check(ok=False, detail=error.message, fix=error.hint)
        found = re.search(r"(\d+)\.(\d+)", said)
        if found is None or (int(found[1]), int(found[2])) < _GIT:
            return Check(ok=False, detail=f"{said} is too old.", fix="Install git 2.30 or newer.")
        try:
            self._environments.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self._environments).free
        except OSError as error:
            return self._unwritable(error.strerror or "")
        if not os.access(self._environments, os.W_OK | os.X_OK):
            return self._unwritable("Permission denied")
        if free < _FREE:
            return Check(ok=False, detail=f"Only {free >> 20} MB of disk are free.", fix="Free some space.")
        return Check(ok=True, detail=f"{said}, {free >> 30} GB of disk free.")

    def _unwritable(self, why: str) -> Check:
        return Check(
            ok=False,
            detail=f"Environments cannot be written to: {why}.",
            fix=f"Let the user that Noodle runs as write to {self._environments}.",
        )
