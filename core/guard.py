"""Stands between Noodle and one child process, as a program: `guard.py <parent pid> <memory MB> <command …>`.

Limits must be set after the fork and before the exec. Doing that with `preexec_fn` runs Python in a forked copy of a
process with many threads, any of which may hold a lock: it can hang for ever. This program has one thread, so it may.
It also stays, because only a living ancestor can end everything: it is the subreaper of what the command starts (also
of daemons in sessions of their own), and it is told by the kernel when Noodle dies, even by SIGKILL.

It imports nothing of Noodle and nothing outside the standard library. SIGUSR1 means: end everything now.
"""

import ctypes
import fcntl
import os
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1  # linux/prctl.h
PR_SET_CHILD_SUBREAPER = 36
NOT_FOUND = 127  # what a shell answers for a command it cannot find or start


def end_everything() -> None:
    """Kill every descendant: what a killed child leaves behind becomes our child, so repeat until none is left."""
    mine = Path(f"/proc/self/task/{os.getpid()}/children")
    while mine.exists() and (children := [int(pid) for pid in mine.read_text().split()]):
        for pid in children:
            os.kill(pid, signal.SIGKILL)
        for pid in children:
            os.waitpid(pid, 0)


def on_order(_signal: int, _frame: FrameType | None) -> None:
    """End everything and ourselves: Noodle is gone, or has lost patience."""
    end_everything()
    os._exit(128 + signal.SIGKILL)


def on_term(_signal: int, _frame: FrameType | None) -> None:
    """Let the command alone answer a SIGTERM to the group. A handler, unlike SIG_IGN, is not inherited by it."""


def hold_folder() -> None:
    """Lock the folder we run in for as long as we live, so that `core.process.await_the_end` can wait for us."""
    with suppress(OSError):  # a folder that nobody may list is nobody's work folder
        fcntl.flock(os.open(".", os.O_RDONLY), fcntl.LOCK_SH | fcntl.LOCK_NB)


def guard(parent: int, memory_mb: int, command: list[str]) -> int:
    """Run the command under the limits and return its exit code, 128 + n if signal n ended it."""
    signal.signal(signal.SIGTERM, on_term)
    signal.signal(signal.SIGUSR1, on_order)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        # The kernel means the parent *thread*; `core.process` waits for us in the thread that started us.
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGUSR1, 0, 0, 0)
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    hold_folder()
    if os.getppid() != parent:  # it died before the kernel knew that we care
        return 128 + signal.SIGKILL
    os.umask(0o022)  # file modes end up in wheels and sdists
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # RLIMIT_DATA counts private writable memory (Linux 4.7 and later). RLIMIT_AS would count reserved address space
    # too, of which node, Go and Rust tools ask for many gigabytes that they never touch.
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))
    try:
        code = subprocess.Popen(command).wait()
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return NOT_FOUND
    end_everything()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(guard(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
