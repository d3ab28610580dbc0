import gzip
import hashlib
import json
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from core.releases.model import ReleaseState

MakeFile = Callable[..., bytes]
Shop = Any  # the fixture's type lives in conftest.py, which cannot be imported

WHEEL = "noodle_demo-1.4.0-py3-none-any.whl"
JSON = {"accept": "application/vnd.pypi.simple.v1+json"}
ADDRESSES = [
    "/simple",
    "/simple/",
    "/simple/noodle-demo",
    "/simple/Noodle_Demo/",
    "/simple/noodle-demo/",
    "/simple/nothing/",
    f"/simple/noodle-demo/{WHEEL}",
    f"/simple/noodle-demo/{WHEEL}.metadata",
    "/simple/noodle-demo/..%2f..%2fetc%2fpasswd",
    "/simple/a/b/c/d",
    "/legacy/%2Bsimple/noodle-demo/",
    "/legacy/else",
    "/pypi/noodle-demo/json",
    "/pypi/noodle-demo/1.4.0/json",
]


@pytest.fixture
def stocked(shop: Shop, make_wheel: MakeFile) -> Shop:
    assert shop.upload(WHEEL, make_wheel()).status == 200
    return shop


def get(shop: Shop, address: str, token: str = "", **headers: str) -> Any:
    return shop.client.get(address, auth=("x", token or shop.read), headers=headers)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("secret", [None, "", "wrong", "ndl_" + "x" * 49])
def test_a_stranger_gets_401_on_every_address(stocked: Shop, address: str, secret: str | None) -> None:
    auth = None if secret is None else ("__token__", secret)

    answer = stocked.client.get(address, auth=auth)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert "noodle-demo" not in answer.text


@pytest.mark.parametrize("authorization", ["Basic", "Basic !!!", "Basic eDp4\xff", "Digest x", "Bearer", "Bearer x y"])
def test_a_broken_authorization_is_nobodys(stocked: Shop, authorization: str) -> None:
    answer = stocked.client.get("/simple/", headers={"authorization": authorization.encode("latin-1")})

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "address", [address for address in ADDRESSES if "noodle-demo" in address and address.count("/") > 2]
)
def test_who_may_not_read_gets_what_is_said_of_a_package_that_is_not_there(stocked: Shop, address: str) -> None:
    denied = get(stocked, address, stocked.outside)
    missing = get(stocked, address.replace("noodle-demo", "nothing"), stocked.outside)

    assert denied.status_code == missing.status_code == 404
    assert denied.text.replace("noodle-demo", "nothing") == missing.text


def test_a_token_may_be_shown_as_bearer_too(stocked: Shop) -> None:
    assert stocked.client.get("/simple/", headers={"authorization": f"Bearer {stocked.read}"}).status_code == 200


def test_anything_goes_gets_html_and_json_comes_to_those_who_ask(stocked: Shop) -> None:
    html, page = get(stocked, "/simple/noodle-demo/", accept="*/*"), get(stocked, "/simple/noodle-demo/", **JSON)

    assert html.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<a href="{WHEEL}#sha256=' in html.text
    assert page.headers["content-type"] == "application/vnd.pypi.simple.v1+json"
    assert page.json()["files"][0]["filename"] == WHEEL
    assert "Accept" in page.headers["vary"]
    assert get(stocked, "/simple/noodle-demo/", accept="application/pdf").status_code == 406
    assert get(stocked, "/simple/noodle-demo/?format=application/vnd.pypi.simple.v1%2Bjson").json() == page.json()


def test_the_index_lists_packages_with_something_to_install(stocked: Shop) -> None:
    stocked.registry.packages.create("empty", repo="r", by="me")

    assert get(stocked, "/simple/", **JSON).json()["projects"] == [{"name": "noodle-demo"}]
    assert '<a href="noodle-demo/">noodle-demo</a>' in get(stocked, "/simple/").text
    assert get(stocked, "/simple/", stocked.outside, **JSON).json()["projects"] == []


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/simple", "/simple/"),
        ("/simple/noodle-demo", "/simple/noodle-demo/"),
        ("/simple/Noodle_Demo/", "/simple/noodle-demo/"),
        (f"/simple/Noodle.Demo/{WHEEL}", f"/simple/noodle-demo/{WHEEL}"),
    ],
)
def test_other_spellings_are_sent_to_the_right_one(stocked: Shop, asked: str, answered: str) -> None:
    answer = get(stocked, asked)

    assert answer.status_code == 301
    assert str(answer.next_request.url.raw_path.decode()) == answered


@pytest.mark.parametrize("address", ["/simple/", "/simple/noodle-demo/", "/pypi/noodle-demo/json"])
def test_an_unchanged_page_is_a_304_and_a_changed_one_is_not(stocked: Shop, make_wheel: MakeFile, address: str) -> None:
    first = get(stocked, address, **JSON)
    again = get(stocked, address, **JSON, **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")

    stocked.registry.packages.create("other", repo="r", by="me")
    assert stocked.upload("other-1.0-py3-none-any.whl", make_wheel("other", "1.0"), name="other").status == 200
    stocked.registry.releases.yank("noodle-demo", "1.4.0", by="me", reason="leaks")

    changed = get(stocked, address, **JSON, **{"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.content != first.content


def test_a_change_made_by_another_process_is_seen_at_once(stocked: Shop) -> None:
    assert get(stocked, "/simple/noodle-demo/", **JSON).json()["files"][0]["yanked"] is False

    # Another process shares nothing but the database: its services do not know this one's cache.
    stocked.registry.releases.yank("noodle-demo", "1.4.0", by="me", reason="leaks")

    assert get(stocked, "/simple/noodle-demo/", **JSON).json()["files"][0]["yanked"] == "leaks"


def test_pages_are_zipped_for_those_who_take_it(stocked: Shop) -> None:
    with stocked.client.stream(
        "GET", "/simple/noodle-demo/", auth=("x", stocked.read), headers={"accept-encoding": "gzip"}
    ) as answer:
        packed = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
    plain = get(stocked, "/simple/noodle-demo/", **{"accept-encoding": "identity"})

    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed) == plain.content
    assert answer.headers["etag"] == plain.headers["etag"]


def test_a_file_comes_whole_by_part_and_as_head_alone(stocked: Shop, make_wheel: MakeFile) -> None:
    address, content = f"/simple/noodle-demo/{WHEEL}", make_wheel()

    whole = get(stocked, address)
    part = get(stocked, address, range="bytes=10-19")
    head = stocked.client.head(address, auth=("x", stocked.read))

    assert (whole.status_code, whole.content) == (200, content)
    assert (part.status_code, part.content) == (206, content[10:20])
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(content)))
    assert get(stocked, address, **{"if-none-match": whole.headers["etag"]}).status_code == 304
    assert get(stocked, address, range="bytes=999999-").status_code == 416


def test_the_metadata_beside_a_file_has_the_hash_the_page_promises(stocked: Shop) -> None:
    promised = get(stocked, "/simple/noodle-demo/", **JSON).json()["files"][0]["core-metadata"]["sha256"]

    answer = get(stocked, f"/simple/noodle-demo/{WHEEL}.metadata")

    assert hashlib.sha256(answer.content).hexdigest() == promised
    assert answer.text.startswith("Metadata-Version:")


def test_a_download_is_counted_once_and_nothing_else_is(stocked: Shop) -> None:
    address = f"/simple/noodle-demo/{WHEEL}"
    etag = get(stocked, address).headers["etag"]
    get(stocked, f"{address}.metadata")
    get(stocked, address, range="bytes=10-19")
    get(stocked, address, **{"if-none-match": etag})
    get(stocked, address, stocked.outside)
    stocked.client.head(address, auth=("x", stocked.read))
    get(stocked, address, range="bytes=0-")

    assert stocked.registry.downloads.of("noodle-demo") == {WHEEL: 2}


@pytest.mark.parametrize(
    "filename",
    ["nothing-1.0-py3-none-any.whl", "noodle_demo-1.4.0.tar.gz.metadata", ".metadata", "%2e%2e", "..%5c..%5cx"],
)
def test_a_file_that_is_not_there_is_not_found(stocked: Shop, make_sdist: MakeFile, filename: str) -> None:
    assert stocked.upload("noodle_demo-1.4.0.tar.gz", make_sdist()).status == 200

    assert get(stocked, f"/simple/noodle-demo/{filename}").status_code == 404


def test_a_draft_is_nowhere_until_it_is_published(shop: Shop, make_wheel: MakeFile) -> None:
    blob = shop.registry.blobs.put(make_wheel())

    class Built:
        filename, sha256, size = WHEEL, blob.sha256, blob.size

    shop.registry.releases.draft(
        "noodle-demo", "1.4.0", commit="", tag="", changelog="", run=1, files=[Built()], by="me"
    )
    hidden = [
        get(shop, "/simple/noodle-demo/", **JSON).json()["files"],
        get(shop, "/simple/", **JSON).json()["projects"],
    ]
    addresses = [f"/simple/noodle-demo/{WHEEL}", "/pypi/noodle-demo/json", "/pypi/noodle-demo/1.4.0/json"]
    assert hidden == [[], []]
    assert [get(shop, address).status_code for address in addresses] == [404, 404, 404]

    shop.registry.releases.publish("noodle-demo", "1.4.0", by="me")

    assert [get(shop, address).status_code for address in addresses] == [200, 200, 200]


def test_what_is_quarantined_cannot_be_downloaded(stocked: Shop) -> None:
    stocked.registry.packages.update("noodle-demo", status="quarantined", status_reason="malware")

    page = get(stocked, "/simple/noodle-demo/", **JSON).json()

    assert page["files"] == []
    assert page["project-status"] == {"status": "quarantined", "reason": "malware"}
    assert get(stocked, f"/simple/noodle-demo/{WHEEL}").status_code == 404


def test_hatch_finds_what_is_there_where_it_asks(stocked: Shop) -> None:
    answer = get(stocked, "/legacy/%2Bsimple/noodle-demo/")

    assert answer.status_code == 200
    assert f'href="../../../simple/noodle-demo/{WHEEL}#sha256=' in answer.text


def test_renovate_finds_versions_and_absolute_addresses(stocked: Shop) -> None:
    page = get(stocked, "/pypi/Noodle_Demo/json").json()

    assert (page["info"]["version"], page["info"]["summary"]) == ("1.4.0", "A demo")
    (file,) = page["releases"]["1.4.0"]
    assert file["url"] == f"{stocked.client.base_url}/simple/noodle-demo/{WHEEL}".replace("//simple", "/simple")
    assert stocked.client.get(file["url"], auth=("x", stocked.read)).status_code == 200
    assert get(stocked, "/pypi/noodle-demo/9.9/json").status_code == 404


def test_an_upload_is_published_and_told_once(shop: Shop, make_wheel: MakeFile, make_sdist: MakeFile) -> None:
    assert shop.upload(WHEEL, make_wheel()).status == 200
    assert shop.upload("noodle_demo-1.4.0.tar.gz", make_sdist()).status == 200

    release = shop.registry.releases.get("noodle-demo", "1.4.0")
    assert (release.state, release.created_by, len(release.files)) == (ReleaseState.PUBLISHED, "slack:T1:U1", 2)
    assert [told.version for told in shop.told] == ["1.4.0"]


def test_the_digests_that_were_sent_are_checked(shop: Shop, make_wheel: MakeFile) -> None:
    content = make_wheel()
    right = {
        "md5_digest": hashlib.md5(content).hexdigest(),  # noqa: S324 - what flit and hatch send
        "sha256_digest": hashlib.sha256(content).hexdigest(),
        "blake2_256_digest": hashlib.blake2b(content, digest_size=32).hexdigest(),
    }
    for field, digest in right.items():
        answer = shop.upload(WHEEL, content, **right | {field: "0" * len(digest)})
        assert (answer.status, "did not arrive as it was sent" in answer.text) == (400, True)
    assert shop.kept() == 0

    assert shop.upload(WHEEL, content, **right).status == 200


def test_the_same_file_again_is_fine_and_other_bytes_are_not(stocked: Shop, make_wheel: MakeFile) -> None:
    before = stocked.kept()

    assert stocked.upload(WHEEL, make_wheel()).status == 200
    refused = stocked.upload(WHEEL, make_wheel(content="other = 1"))

    assert refused.status == 400
    assert refused.text.startswith("File already exists")
    assert stocked.kept() == before


def test_who_may_not_publish_is_told_whom_to_ask(shop: Shop, make_wheel: MakeFile) -> None:
    stranger = shop.upload(WHEEL, make_wheel(), token="ndl_wrong")
    outsider = shop.upload(WHEEL, make_wheel(), token=shop.outside)
    reader = shop.upload(WHEEL, make_wheel(), token=shop.read)

    assert (stranger.status, outsider.status, reader.status) == (401, 403, 403)
    assert "ask in #releases" in outsider.text
    assert "not good for release:publish" in reader.text
    assert shop.kept() == 0


def test_a_package_nobody_created_is_refused_with_the_line_that_creates_it(shop: Shop, make_wheel: MakeFile) -> None:
    answer = shop.upload("other-1.0-py3-none-any.whl", make_wheel("other", "1.0"), name="other")

    assert answer.status == 404
    assert "/noodle package create other --repo <url>" in answer.text


def test_the_form_cannot_pass_one_package_off_as_another(shop: Shop, make_wheel: MakeFile) -> None:
    answer = shop.upload("other-1.0-py3-none-any.whl", make_wheel("other", "1.0"))

    assert answer.status == 400
    assert shop.upload(WHEEL, make_wheel("other", "1.4.0")).status == 400
    assert shop.kept() == 0


@pytest.mark.parametrize("filename", ["../../x-1.0.tar.gz", "noodle_demo-1.4.0-py3.11.egg", "", "noodle demo.whl"])
def test_a_file_name_that_is_none_is_refused(shop: Shop, make_wheel: MakeFile, filename: str) -> None:
    assert shop.upload(filename, make_wheel()).status == 400
    assert shop.kept() == 0


def test_a_file_over_the_limit_is_refused_with_an_answer_and_leaves_nothing(shop: Shop) -> None:
    answer = shop.upload(WHEEL, b"x" * (8 * 1024 * 1024))

    assert (answer.status, "larger than 1 MiB" in answer.text) == (413, True)
    assert shop.kept() == 0


def test_a_long_readme_is_no_trouble(shop: Shop, make_wheel: MakeFile) -> None:
    assert shop.upload(WHEEL, make_wheel(), description="x" * (2 * 1024 * 1024)).status == 200


def test_fields_without_end_are_refused(shop: Shop, make_wheel: MakeFile) -> None:
    assert shop.upload(WHEEL, make_wheel(), description="x" * (17 * 1024 * 1024)).status == 413


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"nonsense"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=content; filename=a\r\n\r\nhel",
        ),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--\r\n"),
    ],
)
def test_what_is_no_upload_is_refused(shop: Shop, content_type: str, body: bytes) -> None:
    answer = shop.client.post(
        "/legacy/", content=body, auth=("x", shop.publish), headers={"content-type": content_type}
    )

    assert answer.status_code == 400
    assert shop.kept() == 0


def test_an_upload_that_breaks_off_leaves_nothing(shop: Shop, make_wheel: MakeFile) -> None:
    request = shop.client.build_request(
        "POST", "/legacy/", data={":action": "file_upload"}, files={"content": (WHEEL, make_wheel() + b"x" * 100_000)}
    )
    body = request.read()
    head = f"POST /legacy/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {shop.publish}\r\n" + "".join(
        f"{name}: {request.headers[name]}\r\n" for name in ("content-type", "content-length")
    )
    port = shop.client.base_url.port

    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"{head}\r\n".encode() + body[: len(body) // 2])
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass

    assert get(shop, "/simple/noodle-demo/", **JSON).json()["files"] == []
    assert shop.kept() == 0


def test_of_two_uploads_of_one_name_at_once_one_wins(shop: Shop, make_wheel: MakeFile) -> None:
    statuses: list[int] = []
    barrier = threading.Barrier(2)

    def work(number: int) -> None:
        content = make_wheel(content=f"number = {number}")
        barrier.wait()
        statuses.append(shop.upload(WHEEL, content).status)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 400]
    assert len(shop.told) == 1
    assert len(json.loads(get(shop, "/simple/noodle-demo/", **JSON).content)["files"]) == 1
