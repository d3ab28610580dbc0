"""Deploys Python packages into virtual environments on this machine."""

import re
import shlex
import sys
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from core.clock import Clock
from core.errors import BadCommand, Misconfigured, RunFailed, Unknown
from core.ports import DeployOrder, Live
from core.process import Commands, clean_environment, last_words
from core.versions import from_pep440, to_pep440
from providers.local.folders import Folders, Note

_SHA256 = re.compile(r"[0-9a-f]{64}")
_INDEX = re.compile(r"(?:https?|file)://[!-~]+")
_SETTING = "NOODLE_PACKAGE_BUILD_TIMEOUT"


class VirtualEnvironments:
    """A Target that gives each release a virtual environment and makes one live by moving a link.

    Settings of an environment: `dependency_index`, the index that dependencies come from; without it they come from
    Noodle's own registry and from nowhere else.
    """

    stages: Sequence[str] = ("install", "smoke check", "switch", "verify")

    def __init__(
        self,
        folder: Path,
        *,
        registry_url: Callable[[], str],
        registry_token: Callable[[str], str],
        clock: Clock,
        environ: Mapping[str, str],
    ) -> None:
        """Keep everything under `folder`; the rest is as in `core.provider.Kit`."""
        self._folder = folder
        self._registry_url = registry_url
        self._registry_token = registry_token
        self._clock = clock
        self._environ = environ

    def perform(self, stage: str, order: DeployOrder, log: Path) -> str:
        """Do one stage and say in a few words what came of it. Done again, it changes nothing more.

        Raises:
            RunFailed: The release cannot be installed or does not work; what was live still is.
            BadCommand: The order names something that no folder, version or hash could be.
        """
        does = {
            "install": self._install,
            "smoke check": self._smoke,
            "switch": self._switch,
            "verify": self._verify,
        }
        if stage not in does:
            raise Unknown(f"There is no stage `{stage}`.", hint=f"There is: {', '.join(self.stages)}.")
        _ensure_sound(order)
        return does[stage](order, self._folders(order), log)

    def live(self, environment: str, package: str) -> Live | None:
        """Return what is live: what the note says, as long as what is installed agrees with it.

        Where somebody has changed the environment by hand, the installed version is told, of no run and no file.
        """
        folders = Folders(self._folder, environment, package)
        note = folders.live()
        installed = _installed(folders.release(note.run), package) if note else ""
        if note is None or not installed:
            return None
        if _same(installed, note.version):
            return Live(version=note.version, since=note.at, run=note.run, sha256=note.sha256)
        return Live(version=from_pep440(installed), since=note.at)

    def abandon(self, order: DeployOrder) -> None:
        """Remove what an unfinished deploy left behind; nothing when it has gone live."""
        self._folders(order).remove(order.run)

    def _folders(self, order: DeployOrder) -> Folders:
        return Folders(self._folder, order.environment, order.package)

    def _install(self, order: DeployOrder, folders: Folders, log: Path) -> str:
        note = folders.note(order.run)
        if note and note.sha256 == order.sha256:
            return "already installed"
        folders.remove(order.run)
        if folders.release(order.run).exists():
            raise RunFailed(f"Run #{order.run} has put another file live.", hint="Deploy again, as a new run.")
        earlier = self._earlier(order, folders)
        with folders.work(order.run) as work:
            if earlier:
                folders.reuse(order.run, earlier.run)
            else:
                self._install_anew(order, folders.release(order.run), work, log)
        folders.write(Note(run=order.run, version=order.version, sha256=order.sha256, at=self._clock.now()))
        return f"still there from #{earlier.run}" if earlier else f"installed {order.filename}"

    def _earlier(self, order: DeployOrder, folders: Folders) -> Note | None:
        """Return a whole release of the same bytes; never the live one, which a person deploys anew to mend it."""
        live = folders.live()
        kept = {folders.release(live.run).resolve()} if live else set()
        for note in folders.whole():
            release = folders.release(note.run)
            sound = (release / "bin" / "python").exists() and _same(_installed(release, order.package), order.version)
            if note.sha256 == order.sha256 and sound and release.resolve() not in kept:
                return note
        return None

    def _install_anew(self, order: DeployOrder, release: Path, work: Path, log: Path) -> None:
        commands = self._commands(order, work, log)
        hide = (work, release, self._folder)
        own = self._own_index(order)
        commands.must("Making the virtual environment", sys.executable, "-m", "venv", "--without-pip", str(release))
        wheel = _fetched(order, commands, work, self._pip_env(work, own), hide)
        chosen = order.settings.get("dependency_index", "")
        env = self._pip_env(work, [f"index-url = {_checked_index(chosen)}"] if chosen else own)
        pip = (sys.executable, "-m", "pip", "--python", str(release / "bin" / "python"))
        try:
            commands.must("Installing", *pip, "install", "--no-warn-script-location", str(wheel), hide=hide, env=env)
        except RunFailed as error:
            if chosen or "No matching distribution" not in str(error):
                raise
            raise RunFailed(
                str(error),
                hint="Dependencies come from Noodle's own registry unless the environment has a `dependency_index`.",
                example=f"environment set {order.environment} dependency_index=https://pypi.org/simple",
            ) from error

    def _own_index(self, order: DeployOrder) -> list[str]:
        """Return the lines of pip's configuration that lead to Noodle's registry, the token among them."""
        url = urlsplit(self._registry_url())
        token = self._registry_token(f"deploy {order.package} to {order.environment}")
        lines = [f"index-url = {url.scheme}://__token__:{token}@{url.netloc}{url.path.rstrip('/')}/simple/"]
        return [*lines, f"trusted-host = {url.netloc}"] if url.scheme == "http" else lines

    def _pip_env(self, work: Path, lines: Sequence[str]) -> dict[str, str]:
        """Return an environment in which pip knows these indexes and no other, told by a file only we may read."""
        file = work / "pip.conf"
        file.touch(mode=0o600)
        # An empty value takes back what a configuration of the machine may say: no second index, no confusion.
        file.write_text("\n".join(["[global]", *lines, "extra-index-url =", "find-links =", "no-index = false", ""]))
        env = clean_environment(work, self._environ)
        for name in ("PIP_INDEX_URL", "PIP_FIND_LINKS"):
            env.pop(name, None)
        return {**env, "PIP_CONFIG_FILE": str(file), "PIP_RETRIES": "2"}

    def _commands(self, order: DeployOrder, work: Path, log: Path) -> Commands:
        env = clean_environment(work, self._environ)
        return Commands(folder=work, log=log, limits=order.limits, env=env, setting=_SETTING)

    def _smoke(self, order: DeployOrder, folders: Folders, log: Path) -> str:
        release = folders.release(order.run)
        installed = _installed(release, order.package)
        if not _same(installed, order.version):
            raise RunFailed(f"{installed or 'Nothing'} is installed, not {order.version}.", hint="Deploy again.")
        if not order.smoke:
            return f"{order.version} is installed"
        line = shlex.join(order.smoke)
        with folders.work(order.run) as work:
            env = clean_environment(work, self._environ)
            env |= {"PATH": f"{release / 'bin'}:{env['PATH']}", "VIRTUAL_ENV": str(release)}
            code = self._commands(order, work, log).run(*order.smoke, env=env)
            if code:
                words = last_words(log, hide=(work, release, self._folder))
                raise RunFailed(
                    f"The smoke check `{line}` ended with {code}:\n{words}",
                    hint="What was live still is. Mend the package, or its `[tool.noodle] smoke`, and release again.",
                )
        return f"`{line}` passed"

    def _switch(self, order: DeployOrder, folders: Folders, log: Path) -> str:
        before, note = folders.live(), folders.note(order.run)
        if before and before.run == order.run:
            return f"{order.version} is live already"
        if note is None or note.sha256 != order.sha256:
            raise RunFailed(f"Run #{order.run} has nothing installed to make live.", hint="Deploy again.")
        # The note first: were we cut off in between, it says when a release would have gone live that has not.
        folders.write(note.model_copy(update={"at": self._clock.now(), "before": before.run if before else 0}))
        folders.switch(order.run)
        return f"{order.version} is live, {before.version} was" if before else f"{order.version} is live"

    def _verify(self, order: DeployOrder, folders: Folders, log: Path) -> str:
        live = self.live(order.environment, order.package)
        if live is None or (live.run, live.sha256) != (order.run, order.sha256):
            raise RunFailed(
                f"{f'{live.version} (run #{live.run})' if live else 'Nothing'} is live, "
                f"not {order.version} (run #{order.run}).",
                hint="Something else changed the environment. Look at it, then deploy again.",
            )
        folders.prune()
        return f"{live.version} is what is installed"


def _fetched(order: DeployOrder, commands: Commands, work: Path, env: Mapping[str, str], hide: Sequence[Path]) -> Path:
    """Fetch the very file of the order: pip takes no other than the one with its SHA-256."""
    wanted, found = work / "wanted.txt", work / "found"
    wanted.write_text(f"{order.package} == {_pep440(order.version)} --hash=sha256:{order.sha256}\n")
    options = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--dest", str(found))
    pip = (sys.executable, "-m", "pip", "download", *options, "--requirement", str(wanted))
    commands.must(f"Fetching {order.filename}", *pip, hide=hide, env=env)
    (wheel,) = found.iterdir()
    return wheel


def _installed(release: Path, package: str) -> str:
    """Return the version of the package that is installed in a virtual environment, or "" when it is not."""
    site = sysconfig.get_path("purelib", "venv", {"base": str(release), "platbase": str(release)})
    for one in distributions(path=[site]):
        if canonicalize_name(one.metadata["Name"]) == canonicalize_name(package):
            return one.version
    return ""


def _same(version: str, other: str) -> bool:
    """Whether two versions are one, however they are spelled: `1.4.0rc1` and `1.4.0-rc.1`."""
    return bool(version) and _pep440(version) == _pep440(other)


def _pep440(version: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion:
        return Version(to_pep440(version))


def _ensure_sound(order: DeployOrder) -> None:
    if not _SHA256.fullmatch(order.sha256):
        raise BadCommand("The order's SHA-256 is none.", hint="It is 64 hexadecimal digits in lower case.")
    _pep440(order.version)


def _checked_index(url: str) -> str:
    if not _INDEX.fullmatch(url):
        raise Misconfigured(
            "The environment's `dependency_index` is not the address of an index.",
            hint="It looks like `https://pypi.org/simple`.",
        )
    return url
