import pytest

from bot.slack.text import typed, without_mention


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("deploy <http://setup.py|setup.py>", "deploy setup.py"),
        ("see <https://ci.example/7|the build>", "see https://ci.example/7"),
        ("see <https://ci.example/7?a=1&amp;b=2>", "see https://ci.example/7?a=1&b=2"),
        ("grant <@U123|ada> deployer", "grant <@U123> deployer"),
        ("grant <@U123> deployer", "grant <@U123> deployer"),
        ("subscribe <#C99|releases>", "subscribe <#C99>"),
        ("mail <mailto:ada@example.com|ada@example.com>", "mail ada@example.com"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt; stays as typed", "&lt; stays as typed"),
        ("--reason “it’s „urgent“”", '--reason "it\'s "urgent""'),
        ("deploy\u00a0api@1.4.2\u202fto   staging\n", "deploy api@1.4.2 to staging"),
        ("<!channel> help", "<!channel> help"),
        ("api &lt;3", "api <3"),
    ],
)
def test_what_slack_makes_of_typing_is_made_plain_again(sent: str, meant: str) -> None:
    assert typed(sent) == meant


@pytest.mark.parametrize(
    "text", ["<@UBOT> deploy api", "<@UBOT|noodle> deploy api", "<@UBOT>: deploy api", "deploy api <@UBOT>"]
)
def test_the_bots_own_mention_is_no_part_of_the_line(text: str) -> None:
    assert without_mention(text, "UBOT") == "deploy api"


def test_other_peoples_mentions_stay() -> None:
    assert without_mention("<@UBOT> grant <@UBOTH> deployer", "UBOT") == "grant <@UBOTH> deployer"
