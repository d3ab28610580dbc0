import pytest

from bot.slack.address import good_address

SLACK = "https://slack.com/api/"


def test_slacks_own_reply_host_is_good() -> None:
    assert good_address("https://hooks.slack.com/commands/T1/2/3", SLACK)


def test_the_host_the_api_is_set_to_is_good() -> None:
    assert good_address("http://127.0.0.1:4000/response/T1/abc", "http://127.0.0.1:4000/api/")


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.slack.com/commands/T1",
        "https://hooks.slack.com.evil.example/commands/T1",
        "https://hooks.slack.com:8443/x",
        "https://ada@hooks.slack.com/x",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:6379/",
        "file:///etc/passwd",
        "https://hooks.slack.com:x/",
        "",
    ],
)
def test_every_other_address_is_not(address: str) -> None:
    assert not good_address(address, SLACK)
