"""The git command line: called safely, and its complaints turned into refusals."""

import re
from collections.abc import Mapping
from pathlib import Path

from core.errors import NoodleError, ProviderDown, Refused, TimedOut, Unknown
from core.ports import Limits
from core.process import Output, clean_environment, output

# No hook, no signature, no line ending and no helper program of the machine may change what a run does.
_SAFE = (
    "-c",
    "protocol.ext.allow=never",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.autocrlf=false",
    "-c",
    "core.quotePath=false",
    "-c",
    "commit.gpgSign=false",
    "-c",
    "tag.gpgSign=false",
    "-c",
    "gc.autoDetach=false",
)
# What the operator set up so that git can reach and log in to hosts.
_KEPT = ("HOME", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK", "GIT_SSH_COMMAND")
_ADDRESS = re.compile(r"(https?|ssh|git|file)://\S+|[\w.-]+@[\w.-]+:[^:\s]\S*", re.ASCII)
_USER = re.compile(r"//[^/@\s]+@")
_GONE = re.compile(
    r"does not appear to be a git repository|not a git repository|repository .*not found|does not exist", re.IGNORECASE
)
_NOT_LET = re.compile(r"Authentication failed|could not read|Permission denied|returned error: 40[13]", re.IGNORECASE)
_TELLING = re.compile(r"^(?:fatal|error|remote|ssh|! \[\w+ \w+\]):? *(.+)$", re.MULTILINE)


class Git:
    """Calls git without a shell, a prompt or a time without end."""

    def __init__(self, folder: Path, environ: Mapping[str, str], limits: Limits) -> None:
        self._limits = limits
        self._env = {
            **clean_environment(folder, environ),
            "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
            **{name: environ[name] for name in _KEPT if name in environ},
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
            "LC_ALL": "C",  # its complaints are read below
        }

    def run(self, folder: Path, *arguments: str, repo: str = "", env: Mapping[str, str] | None = None) -> str:
        """Return what git says; a failure is raised as what it means for `repo`.

        Raises:
            Unknown: There is no repository there.
            Refused: It is there, and Noodle may not.
            ProviderDown: Anything else, also no answer within the limits.
        """
        said = self.ask(folder, *arguments, repo=repo, env=env)
        if said.code:
            raise complaint(repo, said.err)
        return said.out

    def ask(self, folder: Path, *arguments: str, repo: str = "", env: Mapping[str, str] | None = None) -> Output:
        """Return what git says and its exit code. Raises ProviderDown when it took too long or is not installed."""
        command = ("git", *_SAFE, *arguments)
        try:
            said = output(command, folder=folder, limits=self._limits, env={**self._env, **(env or {})})
        except TimedOut as late:
            raise ProviderDown(
                f"git did not finish with {repo or 'its work'} within {self._limits.seconds} s.",
                hint="See whether the repository's host answers, then try again.",
            ) from late
        if said.code == 127 and not said.out:  # noqa: PLR2004 - what `core.process` says for a missing program
            raise ProviderDown("git is not installed where Noodle runs.", hint="Install git 2.30 or newer.")
        return said


def ensure_address(repo: str) -> None:
    """Refuse what is not the whole address of a git repository, or holds a password.

    Raises:
        Refused: The hint says what an address looks like.
    """
    looks = Path(repo).is_absolute() if _ADDRESS.fullmatch(repo) is None else not repo.startswith("-")
    if not looks or not repo.isprintable():
        raise Refused(
            f"`{_USER.sub('//', repo)[:200]}` is not the address of a git repository.",
            hint="Give a URL, `git@host:path`, or a whole path on Noodle's machine.",
            example="package create api --repo https://git.example.com/team/api.git",
        )
    user = _USER.search(repo)
    if user and (repo.startswith("http") or ":" in user[0]):
        raise Refused(
            "The repo's address holds a name or password, which everybody would see.",
            hint="Give the address without it, and let git log in by itself: a credential helper or an SSH key.",
            example="package create api --repo https://git.example.com/team/api.git",
        )


def complaint(repo: str, said: str) -> NoodleError:
    """Return the refusal that git's words mean, without credentials."""
    words = _USER.sub("//", said)
    found = _TELLING.search(words)
    why = found[1].strip() if found else "git failed and did not say why."
    if "dubious ownership" in words:
        return Refused(
            f"{repo} belongs to another user of Noodle's machine.",
            hint=f"As the user Noodle runs as: git config --global --add safe.directory {repo}",
        )
    if _NOT_LET.search(words) and not re.search(r"does not appear|not found", words):
        return Refused(
            f"{repo} does not let Noodle in: {why}",
            hint="Give the user that Noodle runs as an SSH key or a credential helper for it.",
        )
    if _GONE.search(words):
        return Unknown(f"There is no git repository at {repo}, or Noodle may not see it.", hint="Check the address.")
    doing = f"work with {repo}" if repo else "do its work"
    return ProviderDown(f"git could not {doing}: {why}", hint="Try again in a moment.")
