from bot.slack.pace import Pace


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def allowed(pace: Pace, method: str, channel: str = "C1", asked: int = 200) -> int:
    return sum(pace.may(method, channel) for _ in range(asked))


def test_a_channel_takes_a_short_burst_and_then_one_message_a_second() -> None:
    seconds = Seconds()
    pace = Pace(seconds)
    assert allowed(pace, "chat.postMessage") == 4
    seconds.now = 3.0
    assert allowed(pace, "chat.postMessage") == 3


def test_channels_do_not_slow_each_other_down() -> None:
    pace = Pace(Seconds())
    allowed(pace, "chat.postMessage", "C1")
    assert pace.may("chat.postMessage", "C2")


def test_edits_stay_within_fifty_a_minute_over_all_channels() -> None:
    seconds = Seconds()
    pace = Pace(seconds)
    allowed(pace, "chat.update")
    seconds.now = 60.0
    first = allowed(pace, "chat.update", "C2")
    assert first == 12
    total = 0
    for second in range(61, 121):
        seconds.now = float(second)
        total += allowed(pace, "chat.update", f"C{second}")
    assert 49 <= total <= 50


def test_twenty_people_are_answered_in_private_at_once() -> None:
    assert allowed(Pace(Seconds()), "chat.postEphemeral", asked=20) == 20


def test_a_method_slack_closed_stays_closed_for_as_long_as_it_said() -> None:
    seconds = Seconds()
    pace = Pace(seconds)
    pace.wait("chat.update", 30)
    assert not pace.may("chat.update", "C1")
    assert pace.may("chat.postMessage", "C1")
    seconds.now = 30.5
    assert pace.may("chat.update", "C1")
