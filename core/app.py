"""Noodle as its drivers see it: every service, and nothing of how they are made."""

from dataclasses import dataclass

from core.access.service import Access
from core.artifacts.blobs import BlobStore
from core.audit.service import Audit
from core.builds.service import Builds
from core.clock import Clock
from core.db import Database
from core.deploys.service import Deploys
from core.environments.service import Environments
from core.health.service import HealthChecks
from core.inbox.service import Inbox
from core.notify.service import Outbox
from core.packages.service import Packages
from core.ports import CodeHost
from core.releases.service import Releases
from core.releases.workflow import ReleaseRuns
from core.runs.service import Runs
from core.subscriptions.service import Subscriptions
from core.tasks.service import Tasks
from core.tokens.service import Tokens


@dataclass(frozen=True)
class Noodle:
    """The services a command, a route or a timer may ask."""

    db: Database
    clock: Clock
    access: Access
    audit: Audit
    blobs: BlobStore
    builds: Builds
    code: CodeHost
    deploys: Deploys
    environments: Environments
    health: HealthChecks
    inbox: Inbox
    outbox: Outbox
    packages: Packages
    release_runs: ReleaseRuns
    releases: Releases
    runs: Runs
    subscriptions: Subscriptions
    tasks: Tasks
    tokens: Tokens
    public_url: str
