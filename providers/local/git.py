"""Any git repository, by path or URL, through the git command line and a mirror of each."""

import fcntl
import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from core.errors import Conflict, Unknown
from core.ports import CheckResult, Commit, Limits
from core.process import await_the_end
from core.suggest import close
from providers.local.gitcli import Git, complaint, ensure_address

_SHA = re.compile(r"[0-9a-f]{7,40}")
_FORMAT = "--format=%H%n%an%n%ae%n%cI%n%s"
_HEADS = "+refs/heads/*:refs/heads/*"
_TAGS = "+refs/tags/*:refs/tags/*"
_DEFAULT = "refs/noodle/default"
_SHOWN = 100
_LIMITS = Limits(seconds=120)


class GitRepos:
    """A CodeHost over git itself. It knows no checks: plain git has none."""

    def __init__(self, folder: Path, environ: Mapping[str, str], limits: Limits = _LIMITS) -> None:
        """Keep the mirrors in `folder`; `environ` tells how git logs in (HOME, SSH_AUTH_SOCK, …)."""
        self._folder = folder
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._git = Git(folder / "home", environ, limits)

    def resolve(self, repo: str, ref: str) -> Commit:
        """Return the commit of a branch, tag or SHA (7 characters or more), or of the default branch for "".

        A branch comes before a tag of the same name. Raises Unknown with suggestions, Refused, ProviderDown.
        """
        with self._mirror(repo) as mirror:
            self._fetch(repo, mirror)
            return self._commit(mirror, self._named(repo, mirror, ref))

    def log(self, repo: str, until: str, since: str = "", limit: int = 100) -> tuple[Commit, ...]:
        """Return the commits reachable from `until` and not from `since`, newest first, at most `limit`."""
        with self._mirror(repo) as mirror:
            last, first = self._have(repo, mirror, until), self._have(repo, mirror, since) if since else ""
            return self._commits(mirror, f"--max-count={limit}", last, *([f"^{first}"] if first else []))

    def changed_files(self, repo: str, since: str, until: str) -> tuple[str, ...]:
        """Return the paths that differ between two commits; all paths when `since` is ""."""
        with self._mirror(repo) as mirror:
            last = self._have(repo, mirror, until)
            if since:
                first = self._have(repo, mirror, since)
                names = self._git.run(mirror, "diff", "--name-only", "--no-renames", "-z", first, last)
            else:
                names = self._git.run(mirror, "ls-tree", "-r", "--name-only", "-z", last)
        return tuple(name for name in names.split("\0") if name)

    def checks(self, repo: str, sha: str) -> tuple[CheckResult, ...]:
        """Return nothing: plain git has no checks."""
        return ()

    def checkout(self, repo: str, sha: str, folder: Path) -> None:
        """Make `folder` (missing, empty, or an earlier checkout) a clean work tree of the commit.

        Its origin is the real repo. Nothing in it is linked with the mirror, so no build can harm that.

        Raises:
            Conflict: Something else is in the folder.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / ".git").is_dir():
            raise Conflict(f"The work folder {folder.name} is not empty.", hint="Start the run again.")
        _unlock(folder)
        with self._mirror(repo) as mirror:
            commit = self._have(repo, mirror, sha)
            self._git.run(folder, "init", "--quiet", "--template=")
            branches = "+refs/heads/*:refs/remotes/origin/*"
            self._git.run(folder, "fetch", "--quiet", "--force", str(mirror), branches, _TAGS, commit)
        self._git.run(folder, "config", "remote.origin.url", repo)
        self._git.run(folder, "config", "remote.origin.fetch", branches)
        self._git.run(folder, "checkout", "--quiet", "--force", "--detach", commit)
        self._git.run(folder, "clean", "-ffdxq")

    def push_tag(self, folder: Path, tag: str, message: str, at: datetime) -> Commit:
        """Commit what changed in a checkout, if anything, and push it under an annotated tag; return the commit.

        Author, committer and tagger are Noodle at `at`: doing it twice makes the same commit and the same tag.

        Raises:
            Conflict: The tag already stands on another commit.
            Unknown: The name cannot be a tag.
        """
        if tag.startswith("-") or self._git.ask(folder, "check-ref-format", f"refs/tags/{tag}").code:
            raise Unknown(f"`{tag[:_SHOWN]}` cannot be the name of a tag.", hint="A tag looks like `v1.4.0`.")
        repo = self._git.run(folder, "config", "remote.origin.url").strip()
        env = _signature(at)
        self._git.run(folder, "add", "--all")
        if self._git.ask(folder, "diff", "--cached", "--quiet").code:
            self._git.run(folder, "commit", "--quiet", "--no-verify", "-m", message, env=env)
        commit = self._commit(folder, "HEAD")
        if self._ensure_free(folder, repo, tag, commit):
            self._git.run(folder, "tag", "--force", "--annotate", "-m", message, "--", tag, commit.sha, env=env)
            pushed = self._git.ask(folder, "push", "--quiet", "origin", f"refs/tags/{tag}")
            if pushed.code and self._ensure_free(folder, repo, tag, commit):
                raise complaint(repo, pushed.err)
        return commit

    def _ensure_free(self, folder: Path, repo: str, tag: str, commit: Commit) -> bool:
        """Whether the tag is still to be pushed; Conflict when it stands elsewhere."""
        full = f"refs/tags/{tag}"
        said = self._git.run(folder, "ls-remote", "origin", full, f"{full}^{{}}", repo=repo)
        stands = {name: sha for sha, _, name in (line.partition("\t") for line in said.splitlines())}
        there = stands.get(f"{full}^{{}}") or stands.get(full)
        if there and there != commit.sha:
            raise Conflict(
                f"The tag {tag} already stands on {there[:7]}, not on {commit.sha[:7]}.",
                hint="Release another version, or remove the tag from the repo if nobody uses it.",
            )
        return not there

    @contextmanager
    def _mirror(self, repo: str) -> Iterator[Path]:
        """Give the repo's mirror, to nobody else until the block ends."""
        ensure_address(repo)
        mirror = self._folder / f"{hashlib.sha256(repo.encode()).hexdigest()[:24]}.git"
        with mirror.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            await_the_end(mirror)
            if not (mirror / "HEAD").exists():
                self._create(mirror)
            yield mirror

    def _create(self, mirror: Path) -> None:
        shutil.rmtree(mirror, ignore_errors=True)
        self._git.run(self._folder, "init", "--quiet", "--bare", "--template=", str(mirror))
        self._git.run(mirror, "config", "uploadpack.allowAnySHA1InWant", "true")

    def _fetch(self, repo: str, mirror: Path) -> None:
        command = ("fetch", "--quiet", "--prune", "--force", "--no-tags", "--", repo, _HEADS, _TAGS)
        said = self._git.ask(mirror, *command, f"+HEAD:{_DEFAULT}", repo=repo)
        if not said.code:
            return
        if "couldn't find remote ref HEAD" in said.err:  # it is empty, or its default branch is gone
            self._git.run(mirror, "update-ref", "-d", _DEFAULT)
            self._git.run(mirror, *command, repo=repo)
            return
        # When the host does answer, the mirror is at fault: cut off half way, say. It is only a copy.
        self._git.run(mirror.parent, "ls-remote", "--", repo, "HEAD", repo=repo)
        self._create(mirror)
        self._git.run(mirror, *command, f"+HEAD:{_DEFAULT}", repo=repo)

    def _named(self, repo: str, mirror: Path, ref: str) -> str:
        """Return the SHA of what a person calls `ref`. The name is looked up here, never given to git."""
        refs = self._refs(mirror)
        for name in (f"refs/heads/{ref}", f"refs/tags/{ref}", ref) if ref else (_DEFAULT,):
            if name in refs:
                return refs[name]
        if _SHA.fullmatch(ref) and (sha := self._object(mirror, ref)):
            return sha
        branches = [name.removeprefix("refs/heads/") for name in refs if name.startswith("refs/heads/")]
        tags = [name.removeprefix("refs/tags/") for name in refs if name.startswith("refs/tags/")]
        if not ref:
            raise Unknown(
                f"{repo} has no default branch with commits." if branches else f"{repo} has no commits yet.",
                hint="Name a branch or a tag." if branches else "Push something first.",
                suggestions=branches[:3],
            )
        likely = close(ref, [*branches, *tags])
        raise Unknown(
            f"{repo} has no branch, tag or commit `{ref[:_SHOWN]}`.",
            hint="Name a branch, a tag, or at least 7 characters of a commit's SHA.",
            suggestions=likely or branches[:3],
        )

    def _refs(self, mirror: Path) -> dict[str, str]:
        """Return the commit of every branch and tag, and of the default branch."""
        shape = "--format=%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"
        found = {}
        for line in self._git.run(mirror, "for-each-ref", shape).splitlines():
            name, kind, sha, peeled_kind, peeled = line.split("\0")
            if "commit" in {kind, peeled_kind}:
                found[name] = sha if kind == "commit" else peeled
        return found

    def _have(self, repo: str, mirror: Path, sha: str) -> str:
        """Return the whole SHA of a commit, fetched if need be."""
        if _SHA.fullmatch(sha) and (found := self._object(mirror, sha)):
            return found
        self._fetch(repo, mirror)
        return self._named(repo, mirror, sha)

    def _object(self, mirror: Path, sha: str) -> str:
        return self._git.ask(mirror, "rev-parse", "--verify", "--quiet", f"{sha}^{{commit}}").out.strip()

    def _commit(self, folder: Path, name: str) -> Commit:
        (commit,) = self._commits(folder, "--max-count=1", name)
        return commit

    def _commits(self, folder: Path, *arguments: str) -> tuple[Commit, ...]:
        return tuple(_read(one) for one in self._git.run(folder, "log", "-z", _FORMAT, *arguments).split("\0") if one)


def _unlock(folder: Path) -> None:
    """Remove the locks of a git that was killed in a checkout; nobody but us works in it."""
    await_the_end(folder)
    for lock in (folder / ".git").rglob("*.lock"):
        lock.unlink()


def _read(record: str) -> Commit:
    sha, author, email, at, subject = record.split("\n", 4)
    return Commit(sha=sha, subject=subject, author=author, email=email, at=datetime.fromisoformat(at))


def _signature(at: datetime) -> dict[str, str]:
    when = at.isoformat(timespec="seconds")
    parts = {"NAME": "Noodle", "EMAIL": "noodle@localhost", "DATE": when}
    return {f"GIT_{who}_{part}": text for who in ("AUTHOR", "COMMITTER") for part, text in parts.items()}
