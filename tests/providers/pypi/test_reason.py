from http import HTTPStatus

from providers.pypi.reason import Status, speaking


def test_a_status_with_words_speaks_and_others_stay_as_they_are() -> None:
    table = speaking({403: b"HTTP/1.1 403 Forbidden\r\n"}, "HTTP/1.1 {status} {reason}\r\n")

    assert table[Status(403, "ask in #releases")] == b"HTTP/1.1 403 ask in #releases\r\n"
    assert table[403] == table[HTTPStatus.FORBIDDEN] == b"HTTP/1.1 403 Forbidden\r\n"
    assert table[Status(403, "")] == b"HTTP/1.1 403 Forbidden\r\n"


def test_words_cannot_break_out_of_the_status_line() -> None:
    status = Status(403, "no\r\nSet-Cookie: x=1\r\n\r\n<b>nö\x00dle</b>" + "x" * 1000)

    assert status == 403
    assert "\r" not in status.reason
    assert "\n" not in status.reason
    assert status.reason.startswith("no Set-Cookie: x=1 <b>n?")
    assert status.reason.isascii()
    assert len(status.reason) <= 400
