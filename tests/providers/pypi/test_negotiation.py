import pytest

from providers.pypi.negotiation import HTML, HTML_V1, JSON_V1, matches, takes_gzip, wanted

PIP = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", HTML),
        ("*/*", HTML),
        (PIP, JSON_V1),
        ("text/html", HTML),
        ("application/vnd.pypi.simple.latest+json", JSON_V1),
        ("application/vnd.pypi.simple.v1+html", HTML_V1),
        ("text/html;q=0.9, */*;q=0.8", HTML),
        ("application/vnd.pypi.simple.v1+json;q=0, text/html", HTML),
        ("application/vnd.pypi.simple.v1+json, */*", JSON_V1),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", HTML),
        ("application/vnd.pypi.simple.v1+json;q=nonsense", None),
        ("application/json", None),
        ("application/vnd.pypi.simple.v2+json", None),
    ],
)
def test_the_form_a_client_wants(accept: str, form: str | None) -> None:
    assert wanted(accept) == form


@pytest.mark.parametrize(
    ("header", "takes"), [("", False), ("gzip, br", True), ("*", True), ("gzip;q=0", False), ("br", False)]
)
def test_gzip_is_sent_to_those_who_take_it(header: str, takes: bool) -> None:
    assert takes_gzip(header) is takes


def test_a_page_is_recognized_weakly() -> None:
    assert matches('"a", W/"b"', '"b"')
    assert matches('"b"', 'W/"b"')
    assert matches("*", 'W/"b"')
    assert not matches("", 'W/"b"')
    assert not matches('"a"', 'W/"b"')
