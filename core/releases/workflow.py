"""Releasing and publishing: the runs that make a version and make it visible."""

from collections.abc import Iterable

from core.artifacts.blobs import BlobStore
from core.asked import Asked
from core.builds.service import logged
from core.builds.workshop import StoredFile, Workshop
from core.engine.ids import run_id
from core.engine.workflow import Flow, Json, Start, Workflow
from core.environments.model import Environment
from core.environments.service import Environments
from core.errors import NoodleError, NotReady, RunFailed
from core.packages.model import Package
from core.packages.service import Packages
from core.ports import Commit
from core.releases.model import Release, ReleaseFile, ReleaseState, moved
from core.releases.service import Releases
from core.runs.model import Run
from core.runs.service import Runs
from core.runs.stages import Stages, conduct

RELEASE = "release.v1"
PUBLISH = "publish.v1"


class ReleaseRuns:
    """Runs that release and publish."""

    def __init__(
        self,
        *,
        runs: Runs,
        packages: Packages,
        releases: Releases,
        environments: Environments,
        workshop: Workshop,
        blobs: BlobStore,
        start: Start,
    ) -> None:
        self._runs = runs
        self._packages = packages
        self._releases = releases
        self._environments = environments
        self._workshop = workshop
        self._blobs = blobs
        self._start = start

    def release(self, package: Package, wanted: str, ref: str, asked: Asked) -> Run:
        """Begin to release: build a version, tag it, keep it as a draft. Raises AlreadyExists, BadCommand."""
        version = self._releases.next_version(package.name, wanted)
        run = self._runs.open(
            "release",
            package.name,
            f"release {package.name} {version}",
            asked,
            stages=("fetch", "build", "tag", "draft"),
            detail={"ref": ref, "version": version},
        )
        self._start(RELEASE, run_id("release", run.number), {"run": run.number})
        return run

    def publish(self, package: Package, version: str, asked: Asked) -> Run:
        """Begin to publish: check every byte of a drafted release, then make it visible in the registry."""
        release = self._releases.get(package.name, version) if version else self._newest_draft(package)
        moved(release, "publish")
        run = self._runs.open(
            "publish",
            package.name,
            f"publish {package.name} {release.version}",
            asked,
            stages=("verify", "publish"),
            detail={"version": release.version},
        )
        self._start(PUBLISH, run_id("publish", run.number), {"run": run.number})
        return run

    def _newest_draft(self, package: Package) -> Release:
        for release in self._releases.list(package.name):
            if release.state is ReleaseState.DRAFT:
                return release
        raise NotReady(
            f"{package.name} has no draft to publish.",
            hint="Release a version first.",
            example=f"release {package.name} minor",
        )

    def workflows(self) -> tuple[Workflow, ...]:
        """Return the workflows behind these use cases."""
        return (Workflow(RELEASE, self._release), Workflow(PUBLISH, self._publish))

    def _release(self, flow: Flow, data: Json) -> Json:
        number = int(data["run"])

        def body(stages: Stages) -> Json:
            run = self._runs.get(number)
            package = self._packages.get(run.package)
            version = str(run.detail["version"])
            fetched = stages.do("fetch", lambda: self._fetch(number, package))
            commit = Commit.from_json(fetched["commit"])
            built = stages.do("build", lambda: self._build(number, package, commit, version))
            tagged = stages.do("tag", lambda: self._tag(number, package, commit, version))
            drafted = stages.record("draft", lambda: self._draft(run, fetched, built, tagged))
            flow.record("tell", lambda: self._tell_changes(number))
            return drafted

        return conduct(self._runs, flow, number, body, clean=self._workshop.cleaner(number))

    def _publish(self, flow: Flow, data: Json) -> Json:
        number = int(data["run"])

        def body(stages: Stages) -> Json:
            run = self._runs.get(number)
            version = str(run.detail["version"])
            release = self._releases.get(run.package, version)
            stages.do("verify", lambda: self._verify(release))
            return stages.record("publish", lambda: self._make_visible(run, version))

        return conduct(self._runs, flow, number, body)

    def _fetch(self, number: int, package: Package) -> Json:
        commit = self._workshop.resolve(package, str(self._runs.get(number).detail["ref"]))
        before = self._releases.latest(package.name)
        since = before.commit if before else ""
        changes = self._changes(package, commit.sha, since)
        project = self._workshop.read(number, package, commit.sha)
        self._runs.detail(number, commit=commit.to_json(), changes=changes)
        return {
            "commit": commit.to_json(),
            "changes": changes,
            "smoke": list(project.smoke),
            "summary": project.summary,
            "note": f"{commit.sha[:7]}, {len(changes)} commits since {before.version if before else 'the beginning'}",
        }

    def _changes(self, package: Package, until: str, since: str) -> list[Json]:
        try:
            log = self._workshop.code.log(package.repo, until, since)
        except NoodleError:
            # The release before may have been made from a repo that has since been rewritten or replaced.
            log = self._workshop.code.log(package.repo, until)
        return [{"sha": one.sha, "subject": one.subject, "author": one.author} for one in log]

    def _build(self, number: int, package: Package, commit: Commit, version: str) -> Json:
        with logged(self._runs, self._workshop, number):
            files, _log = self._workshop.build(number, package, commit.sha, commit.at, version)
        self._runs.detail(number, files=[file.to_json() for file in files])
        return {"files": [file.to_json() for file in files], "note": ", ".join(file.filename for file in files)}

    def _tag(self, number: int, package: Package, commit: Commit, version: str) -> Json:
        tag = f"v{version}"
        tagged = self._workshop.tag(number, package, commit, version, tag)
        return {"tag": tag, "sha": tagged.sha, "note": f"{tag} at {tagged.sha[:7]}"}

    def _draft(self, run: Run, fetched: Json, built: Json, tagged: Json) -> Json:
        changelog = "\n".join(f"- {one['subject']} ({one['author']})" for one in fetched["changes"])
        release = self._releases.draft(
            run.package,
            str(run.detail["version"]),
            commit=str(tagged["sha"]),
            tag=str(tagged["tag"]),
            changelog=changelog,
            run=run.number,
            files=[StoredFile.from_json(file) for file in built["files"]],
            by=run.asked_by,
            smoke=[str(word) for word in fetched["smoke"]],
        )
        self._packages.update(run.package, summary=str(fetched["summary"]))
        return {"release": release.to_json(), "note": "kept as a draft; publish it when you are ready"}

    def _tell_changes(self, number: int) -> None:
        run = self._runs.get(number)
        version, changes = run.detail["version"], run.detail["changes"]
        self._runs.tell(run, "changelog", {"title": run.title, "version": version, "changes": changes})

    def _verify(self, release: Release) -> Json:
        for file in release.files:
            self._verified(file)
        size = sum(file.size for file in release.files)
        return {"note": f"{len(release.files)} files, {size:,} bytes, every SHA-256 right"}

    def _verified(self, file: ReleaseFile) -> None:
        if not self._blobs.verify(file.sha256):
            raise RunFailed(
                f"{file.filename} is not what was built: its SHA-256 is wrong or its bytes are gone.",
                hint="Nothing was published. Release a new version; the store needs a look.",
            )

    def _make_visible(self, run: Run, version: str) -> Json:
        release = self._releases.publish(run.package, version, by=run.asked_by)
        following = next_steps(release, self._environments.list())
        note = f"pip install {run.package}=={release.version}"
        return {"release": release.to_json(), "next": following, "note": note}


def next_steps(release: Release, environments: Iterable[Environment]) -> list[Json]:
    """Return what can be done with a published release: a label and a command line for each environment."""
    return [
        {"label": f"Deploy to {one.name}", "line": f"deploy {release.package}@{release.version} to {one.name}"}
        for one in environments
    ]
