"""The registry that pip, uv, twine, hatch, flit and poetry talk to.

Nothing is public: whoever shows no token gets 401 on every address, whoever may not read a package gets the answer of
one that does not exist. Rights are asked for the package that was found, and what was found is what is served.
"""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple, cast
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route, Router

from core.errors import AlreadyExists, BadUpload, Conflict, NoodleError, NotAllowed, NotAuthenticated, Unknown
from core.packages.model import Package, normalize
from core.releases.model import Release
from core.releases.registry import PUBLISH, READ, Asker, Registry
from core.versions import latest
from providers.pypi import negotiation, pages
from providers.pypi.cache import Page, RevisionCache, page
from providers.pypi.format import parse_name
from providers.pypi.reason import Status
from providers.pypi.upload import Form

_DRAINED_MOST = 512 * 1024 * 1024
_FOREVER = "private, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"
_METADATA = ".metadata"
_BYTES = "application/octet-stream"
_SMALL = 1024 * 1024

Handler = Callable[[Request], Awaitable[Response]]


class _Found(NamedTuple):
    path: str
    etag: str
    held: bool
    """Whether the client has it already."""
    content: bytes
    """All of a small file, else empty."""


class _WholeFile(FileResponse):
    chunk_size = 1024 * 1024


def router(registry: Registry) -> Router:
    """Return the routes, from the root: `/simple/`, `/legacy/`, `/pypi/`.

    See `providers.pypi.reason` for what the server needs so that twine shows why it was refused.
    """
    read, write = _Reading(registry), _Uploading(registry)
    return Router(
        redirect_slashes=False,
        routes=[
            Route("/simple", _refusing(read.add_slash), methods=["GET"]),
            Route("/simple/", _refusing(read.index), methods=["GET"]),
            Route("/simple/{project}", _refusing(read.add_slash), methods=["GET"]),
            Route("/simple/{project}/", _refusing(read.project), methods=["GET"]),
            Route("/simple/{project}/{filename}", _refusing(read.file), methods=["GET"]),
            # hatch asks here before an upload, to leave out what is there; the + arrives as %2B.
            Route("/legacy/+simple/{project}/", _refusing(read.project), methods=["GET"]),
            Route("/legacy", _refusing(write.receive), methods=["POST"]),
            Route("/legacy/", _refusing(write.receive), methods=["POST"]),
            Route("/pypi/{project}/json", _refusing(read.legacy), methods=["GET"]),
            Route("/pypi/{project}/{version}/json", _refusing(read.legacy), methods=["GET"]),
            *(Route(f"/{root}/{{rest:path}}", _refusing(read.nothing)) for root in ("simple", "legacy", "pypi")),
        ],
    )


class _Reading:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._pages = RevisionCache[Page](lambda page: page.weight, most=64 * 1024 * 1024)
        self._files = RevisionCache[dict[str, str]](len, most=200_000)

    async def add_slash(self, request: Request) -> Response:
        await run_in_threadpool(_asker, self._registry, request)
        return RedirectResponse(_last(request) + "/", 301)

    async def nothing(self, request: Request) -> Response:
        await run_in_threadpool(_asker, self._registry, request)
        raise Unknown("There is nothing at this address.", hint="`/simple/` lists the packages, `/legacy/` takes them.")

    async def index(self, request: Request) -> Response:
        form = _form(request)
        return _page_response(request, form, await run_in_threadpool(self._index, request, form))

    def _index(self, request: Request, form: str) -> Page:
        asker = _asker(self._registry, request)
        revision = self._registry.packages.revision_of_all()
        render = pages.index_json if form == negotiation.JSON_V1 else pages.index_html
        listed = self._registry.releases.listed_packages
        if self._registry.verdict(asker, READ, "").allowed:
            return self._pages.get(("", render), revision, lambda: page(render(listed())))
        return page(render(name for name in listed() if self._registry.verdict(asker, READ, name).allowed))

    async def project(self, request: Request) -> Response:
        form = _form(request)
        found = await run_in_threadpool(self._project, request, form)
        if found is None:
            return RedirectResponse(f"../{quote(normalize(request.path_params['project']))}/", 301)
        return _page_response(request, form, found)

    def _project(self, request: Request, form: str) -> Page | None:
        asker = _asker(self._registry, request)
        name = request.path_params["project"]
        if name != normalize(name):
            return None
        _check_read(self._registry, asker, name)
        revision = self._registry.packages.revision(name)
        if revision is None:
            raise _no_project(name)
        # Files lie beside the page, except as seen from where hatch asks.
        at = f"../../../simple/{name}/" if "+simple" in request.url.path.replace("%2B", "+") else ""
        render = pages.project_json if form == negotiation.JSON_V1 else pages.project_html

        def rendered() -> Page:
            package = self._registry.packages.get(name)
            return page(render(package, self._registry.releases.of(package), at))

        return self._pages.get((name, render, at), revision, rendered)

    async def file(self, request: Request) -> Response:
        found = await run_in_threadpool(self._file, request)
        if found is None:
            project, filename = request.path_params["project"], request.path_params["filename"]
            return RedirectResponse(f"../{quote(normalize(project))}/{quote(filename)}", 301)
        headers = {"etag": found.etag, "cache-control": _FOREVER, "x-content-type-options": "nosniff"}
        if found.held:
            return Response(status_code=304, headers=headers)
        if found.content:
            return Response(found.content, headers=headers | {"accept-ranges": "bytes"}, media_type=_BYTES)
        return _WholeFile(found.path, headers=headers, media_type=_BYTES)

    def _file(self, request: Request) -> _Found | None:
        asker = _asker(self._registry, request)
        name, filename = request.path_params["project"], request.path_params["filename"]
        if name != normalize(name):
            return None
        _check_read(self._registry, asker, name)
        revision = self._registry.packages.revision(name)
        if revision is None:
            raise _no_project(name)
        sha256 = self._files.get(name, revision, lambda: self._downloadable(name)).get(filename)
        if sha256 is None:
            raise Unknown(f"{name} has no file {filename}.", hint="Its page lists what there is.")
        etag = f'"{sha256}"'
        held = negotiation.matches(request.headers.get("if-none-match", ""), etag)
        if not held and _is_download(request):
            self._registry.downloads.count(name, filename)
        path = self._registry.blobs.path(sha256)
        # A small file is read here and now; a large one, or a part of one, is streamed in many steps.
        small = not held and "range" not in request.headers and path.stat().st_size <= _SMALL
        return _Found(str(path), etag, held, path.read_bytes() if small else b"")

    def _downloadable(self, name: str) -> dict[str, str]:
        """Return the SHA-256 of everything that may be fetched of a package, by file name."""
        package = self._registry.packages.get(name)
        files = [file for _, file in pages.shown_files(package, self._registry.releases.of(package))]
        beside = {file.filename + _METADATA: file.metadata_sha256 for file in files if file.metadata_sha256}
        return {file.filename: file.sha256 for file in files} | beside

    async def legacy(self, request: Request) -> Response:
        body = await run_in_threadpool(self._legacy, request)
        return _page_response(request, "application/json", page(body))

    def _legacy(self, request: Request) -> bytes:
        asker = _asker(self._registry, request)
        name = normalize(request.path_params["project"])
        _check_read(self._registry, asker, name)
        package = self._registry.packages.find(name)
        if package is None:
            raise _no_project(name)
        releases = [release for release in self._registry.releases.of(package) if release.state.listed]
        chosen = self._chosen(package, releases, request.path_params.get("version"))
        at = str(request.base_url).rstrip("/") + f"/simple/{name}/"
        return pages.legacy_json(package, releases, chosen, at)

    def _chosen(self, package: Package, releases: list[Release], version: str | None) -> Release:
        if version is not None:
            release = self._registry.releases.get(package.name, version)
            if not release.state.listed:
                raise Unknown(f"{package.name} has no version {version}.", hint="Its page lists what there is.")
            return release
        newest = latest(release.version for release in releases if not release.yanked_reason) or latest(
            release.version for release in releases
        )
        for release in releases:
            if release.version == newest:
                return release
        raise Unknown(f"{package.name} has nothing published yet.", hint="Release a version, then publish it.")


class _Uploading:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def receive(self, request: Request) -> Response:
        asker = await run_in_threadpool(_asker, self._registry, request)
        with self._registry.blobs.begin() as pending:
            form = Form(request.headers.get("content-type", ""), pending)
            await form.read(request.stream())

            def keep() -> bool:
                form.check_digests()
                name = self._checked_name(asker, form)
                received = self._registry.releases.receive(
                    name,
                    form.filename,
                    pending,
                    by=asker.id,
                    published=lambda release: self._registry.published(release, asker.id),
                )
                return received.new_file

            new = await run_in_threadpool(keep)
        return Response("kept\n" if new else "the very same file was here already\n", media_type="text/plain")

    def _checked_name(self, asker: Asker, form: Form) -> str:
        said = parse_name(form.filename)
        if normalize(form.fields.get("name") or said.name) != said.name:
            raise BadUpload(
                f"The upload is for {form.fields['name']}, but {form.filename} is a file of {said.name}.",
                hint="The file's own name decides. Build and upload it again.",
            )
        verdict = self._registry.verdict(asker, PUBLISH, said.name)
        if not verdict.allowed:
            raise NotAllowed(verdict.reason or f"You may not publish {said.name}.")
        if self._registry.packages.find(said.name) is None:
            raise Unknown(
                f"There is no package {said.name} yet.",
                hint="Create it in chat first.",
                example=f"package create {said.name} --repo <url>",
            )
        return said.name


def _refusing(handler: Handler) -> Handler:
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it; what came in is gone already
        except NoodleError as error:
            await _drain(request)
            return _refusal(error)

    return answer


async def _drain(request: Request) -> None:
    """Read the rest of what is being sent, as a client still sending does not listen to an answer."""
    if request.method != "POST":
        return
    read = 0
    try:
        body = cast("AsyncIterator[bytes]", request.stream())
        async for chunk in body:
            read += len(chunk)
            if read > _DRAINED_MOST:
                return
    except (ClientDisconnect, RuntimeError):  # gone, or read to the end already
        return


def _refusal(error: NoodleError) -> Response:
    example = f"/noodle {error.example}" if error.example else ""
    words = [word for word in (error.message, error.hint, example) if word]
    headers = {"x-noodle-code": error.code, "cache-control": "no-store"}
    if isinstance(error, NotAuthenticated):
        headers["www-authenticate"] = 'Basic realm="noodle", charset="UTF-8"'
    return Response(
        "\n".join(words) + "\n",
        status_code=Status(_status(error), " ".join(words)),
        headers=headers,
        media_type="text/plain",
    )


def _status(error: NoodleError) -> int:
    # 400 is what tools take for "is there already"; they skip a 409 in silence, so other conflicts are 403.
    if isinstance(error, AlreadyExists):
        return 400
    return 403 if isinstance(error, Conflict) else error.status


def _asker(registry: Registry, request: Request) -> Asker:
    asker = registry.authenticate(_secret(request.headers.get("authorization", "")))
    if asker is None:
        raise NotAuthenticated(
            "This registry needs a valid token: any user name, the token as password.",
            hint="Ask Noodle for one in chat.",
            example="token create",
        )
    return asker


def _secret(authorization: str) -> str:
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
    except ValueError:  # not base64, or not text
        return ""


def _is_download(request: Request) -> bool:
    # Of a file fetched in parts the first part counts; a look at the head or the metadata does not.
    first = request.headers.get("range", "bytes=0-").replace(" ", "").startswith("bytes=0-")
    return request.method == "GET" and first and not request.path_params["filename"].endswith(_METADATA)


def _check_read(registry: Registry, asker: Asker, name: str) -> None:
    if not registry.verdict(asker, READ, name).allowed:
        raise _no_project(name)


def _no_project(name: str) -> Unknown:
    return Unknown(f"There is no package {name} here that you may read.", hint="Ask whose it is, or create it.")


def _form(request: Request) -> str:
    asked = request.query_params.get("format") or request.headers.get("accept", "")
    form = negotiation.wanted(asked)
    if form is None:
        raise _NotAcceptable(
            "None of the media types asked for is served here.",
            hint=f"There is: {negotiation.JSON_V1}, {negotiation.HTML_V1}, {negotiation.HTML}.",
        )
    return form


class _NotAcceptable(NoodleError):
    code = "not_acceptable"
    status = 406


def _page_response(request: Request, form: str, found: Page) -> Response:
    headers = {"etag": found.etag, "cache-control": _ASK_AGAIN, "vary": "Accept, Accept-Encoding"}
    if negotiation.matches(request.headers.get("if-none-match", ""), found.etag):
        return Response(status_code=304, headers=headers)
    body = found.body
    if found.gzipped and negotiation.takes_gzip(request.headers.get("accept-encoding", "")):
        body = found.gzipped
        headers["content-encoding"] = "gzip"
    # Without a charset after it: uv compares the JSON type as a whole.
    return Response(body, headers=headers | {"content-type": f"{form}; charset=utf-8" if form == "text/html" else form})


def _last(request: Request) -> str:
    return quote(request.url.path.rstrip("/").rpartition("/")[2])
