"""Which reply addresses may be posted to. Pure."""

from urllib.parse import urlsplit

_SLACK = ("hooks.slack.com", "hooks.slack-gov.com")


def good_address(address: str, api_url: str) -> bool:
    """Whether a reply address leads to Slack: to its own host by HTTPS, or to where its API is set to be.

    The address comes from a request; posting wherever a request says would let it choose a host in our network.
    """
    try:
        to, api = urlsplit(address), urlsplit(api_url)
        same = (to.scheme, to.hostname, to.port) == (api.scheme, api.hostname, api.port)
    except ValueError:
        return False
    if to.username is not None or to.password is not None:
        return False
    return (to.scheme == "https" and to.netloc in _SLACK) or same
