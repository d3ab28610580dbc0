"""Commands, buttons, modals, options and shortcuts, from the person's hands through a real Bolt app and back."""

import functools
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.server import SandboxSlack
from tests.bot.sandbox.conftest import Connect, TurnedClock, client_for

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def buttons(*action_ids: str) -> list[Json]:
    elements = [{"type": "button", "action_id": one, "text": plain(one), "value": f"v-{one}"} for one in action_ids]
    return [{"type": "actions", "block_id": "row", "elements": elements}]


def form(callback_id: str = "form", **more: Any) -> Json:
    options = [{"text": plain(name), "value": name} for name in ("staging", "production")]
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain("Deploy"),
        "submit": plain("Go"),
        "blocks": [
            {
                "type": "input",
                "block_id": "ref",
                "label": plain("Ref"),
                "element": {"type": "plain_text_input", "action_id": "ref", "min_length": 2},
            },
            {
                "type": "input",
                "block_id": "env",
                "label": plain("Environment"),
                "element": {
                    "type": "static_select",
                    "action_id": "env",
                    "options": options,
                    "initial_option": options[0],
                },
            },
            {
                "type": "input",
                "block_id": "why",
                "optional": True,
                "label": plain("Why"),
                "element": {"type": "plain_text_input", "action_id": "why"},
            },
        ],
        **more,
    }


def grown(results: list[str], before: int) -> bool:
    return len(results) > before


def opener(app: App, view: Json | None = None) -> None:
    """Let `/noodle` open a form."""

    @app.command("/noodle")
    def command(ack: Callable[..., None], body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=view or form())


def test_a_command_carries_who_where_and_what(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    seen: list[Json] = []

    @bolt.command("/noodle")
    def command(ack: Callable[..., None], body: Json) -> None:
        seen.append(body)
        ack("Noted.")

    connect(slack, bolt)
    dev = slack.person("dev")
    assert dev.say("general", "/noodle deploy api to @ada") == ""
    assert {k: seen[0][k] for k in ("command", "text", "user_name", "channel_name", "team_id", "api_app_id")} == {
        "command": "/noodle",
        "text": "deploy api to @ada",
        "user_name": "dev",
        "channel_name": "general",
        "team_id": "T01NOODLE",
        "api_app_id": "A01NOODLE",
    }
    assert [(m["text"], m["ephemeral"]) for m in dev.messages("general")] == [("Noted.", True)]
    assert slack.person("ada").messages("general") == []


def test_a_command_may_answer_the_whole_channel(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    @bolt.command("/noodle")
    def command(ack: Callable[..., None]) -> None:
        ack(text="For all.", response_type="in_channel")

    connect(slack, bolt)
    slack.person("dev").say("general", "/noodle status")
    assert [m["text"] for m in slack.person("ada").messages("general")] == ["For all."]


def test_a_command_that_is_not_acked_times_out_before_the_persons_eyes(
    hasty: SandboxSlack,
    bolt_for: Callable[[SandboxSlack], App],
    connect: Connect,
) -> None:
    app = bolt_for(hasty)
    connect(hasty, app)
    hasty.person("dev").say("general", "/noodle status")
    assert "operation_timeout" in hasty.person("dev").messages("general")[0]["text"]


def test_a_command_without_an_app_is_a_failed_dispatch(slack: SandboxSlack) -> None:
    slack.person("dev").say("general", "/noodle status")
    assert "dispatch_failed" in slack.person("dev").messages("general")[0]["text"]


def test_there_are_no_commands_in_threads(slack: SandboxSlack, client: WebClient) -> None:
    posted = client.chat_postMessage(channel="#general", text="x")
    with pytest.raises(SlackError, match="slash_commands_not_in_threads"):
        slack.person("dev").say("general", "/noodle status", thread=posted["ts"])


def test_an_unknown_command_is_refused(slack: SandboxSlack) -> None:
    with pytest.raises(SlackError, match="unknown_command"):
        slack.person("dev").say("general", "/soup")


def test_a_response_url_works_five_times(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    urls: list[str] = []

    @bolt.command("/noodle")
    def command(ack: Callable[..., None], body: Json) -> None:
        ack()
        urls.append(body["response_url"])

    connect(slack, bolt)
    slack.person("dev").say("random", "/noodle status")
    slack.wait(lambda: urls)
    answers = [httpx.post(urls[0], json={"text": str(n)}) for n in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [404]
    assert answers[-1].text == "used_url"
    assert [m["text"] for m in slack.person("dev").messages("random")] == ["0", "1", "2", "3", "4"]
    assert slack.person("ada").messages("random") == []


def test_a_response_url_ends_after_half_an_hour(timed: SandboxSlack, clock: TurnedClock) -> None:
    with timed.workspace.feed.lock:
        response = timed.workspace.tickets.response("U02DEV", "C01GENERAL")
    url = f"{timed.url}/response/T01NOODLE/{response.token}"
    clock.turn(1800)
    assert httpx.post(url, json={"text": "in time"}).status_code == 200
    clock.turn(1)
    assert httpx.post(url, json={"text": "late"}).text == "expired_url"


def test_a_button_says_where_it_stands_and_its_answer_replaces_it(
    slack: SandboxSlack, bolt: App, connect: Connect
) -> None:
    seen: list[Json] = []

    @bolt.action("go")
    def go(ack: Callable[..., None], body: Json, respond: Callable[..., Any]) -> None:
        ack()
        seen.append(body)
        respond(text="gone", replace_original=True)

    connect(slack, bolt)
    posted = client_for(slack).chat_postMessage(channel="#general", text="go?", blocks=buttons("go", "stay"))
    dev = slack.person("dev")
    dev.click(dev.wait_message("general", "go?"), "go")
    changed = dev.wait_message("general", "gone")
    assert changed["ts"] == posted["ts"]
    assert "blocks" not in changed
    body = seen[0]
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": "C01GENERAL",
        "is_ephemeral": False,
    }
    action = body["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"], action["type"]) == ("go", "row", "v-go", "button")
    assert body["message"]["ts"] == posted["ts"]
    assert float(action["action_ts"]) > float(posted["ts"])


def test_an_ephemeral_message_can_be_replaced_and_deleted(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    @bolt.action("change")
    def change(ack: Callable[..., None], respond: Callable[..., Any]) -> None:
        ack()
        respond(text="changed", blocks=buttons("drop"), replace_original=True)

    @bolt.action("drop")
    def drop(ack: Callable[..., None], respond: Callable[..., Any]) -> None:
        ack()
        respond(delete_original=True)

    connect(slack, bolt)
    dev = slack.person("dev")
    client_for(slack).chat_postEphemeral(channel="#general", user=dev.user, text="psst", blocks=buttons("change"))
    dev.click(dev.wait_message("general", "psst"), "change")
    dev.click(dev.wait_message("general", "changed"), "drop")
    slack.wait(lambda: not slack.workspace.timeline.ephemerals("C01GENERAL", dev.user))
    assert dev.messages("general") == []


def test_state_holds_what_was_chosen_in_the_message(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    seen: list[Json] = []

    @bolt.action({"block_id": "row"})
    def any_action(ack: Callable[..., None], body: Json) -> None:
        ack()
        seen.append(body)

    connect(slack, bolt)
    blocks = buttons("go")
    options = [{"text": plain(n), "value": n} for n in ("a", "b")]
    blocks[0]["elements"].append({"type": "static_select", "action_id": "pick", "options": options})
    client_for(slack).chat_postMessage(channel="#general", text="pick", blocks=blocks)
    dev = slack.person("dev")
    message = dev.wait_message("general", "pick")
    dev.click(message, "pick", selected_option="b")
    dev.click(message, "go")
    assert seen[0]["actions"][0]["selected_option"] == options[1]
    assert seen[1]["state"]["values"] == {"row": {"pick": {"type": "static_select", "selected_option": options[1]}}}
    with pytest.raises(SlackError, match="option_not_found"):
        dev.click(message, "pick", selected_option="c")
    with pytest.raises(SlackError, match="element_not_found"):
        dev.click(message, "nothing")


def test_a_click_nobody_answers_is_an_error_for_the_person(
    hasty: SandboxSlack,
    bolt_for: Callable[[SandboxSlack], App],
    connect: Connect,
) -> None:
    connect(hasty, bolt_for(hasty))
    client_for(hasty).chat_postMessage(channel="#general", text="go?", blocks=buttons("go"))
    dev = hasty.person("dev")
    with pytest.raises(SlackError, match="operation_timeout"):
        dev.click(dev.wait_message("general", "go?"), "go")


def test_a_form_is_checked_sent_and_closed(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    seen: list[Json] = []
    opener(bolt)

    @bolt.view("form")
    def submitted(ack: Callable[..., None], view: Json) -> None:
        seen.append(view["state"]["values"])
        if view["state"]["values"]["ref"]["ref"]["value"] == "bad":
            ack(response_action="errors", errors={"ref": "No such ref."})
        else:
            ack()

    connect(slack, bolt)
    dev = slack.person("dev")
    dev.say("general", "/noodle deploy")
    view = dev.wait_view()
    assert dev.submit(view) == {"ref": "Please complete this required field."}
    assert dev.fill(view, ref="x") == {"ref": "Please enter at least 2 characters."}
    assert seen == []
    assert dev.fill(view, ref="bad", env="production") == {"ref": "No such ref."}
    assert dev.fill(view, ref="main") == {}
    assert dev.views() == []
    assert seen[1]["env"]["env"]["selected_option"]["value"] == "production"
    assert seen[1]["why"]["why"] == {"type": "plain_text_input", "value": None}


def test_an_ack_may_update_push_and_clear(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    opener(bolt)

    @bolt.view("form")
    def first(ack: Callable[..., None]) -> None:
        ack(response_action="update", view=form("second"))

    @bolt.view("second")
    def second(ack: Callable[..., None]) -> None:
        ack(response_action="push", view=form("third"))

    @bolt.view("third")
    def third(ack: Callable[..., None]) -> None:
        ack(response_action="clear")

    connect(slack, bolt)
    dev = slack.person("dev")
    dev.say("general", "/noodle deploy")
    opened = dev.wait_view()
    dev.fill(opened, ref="main")
    updated = dev.views()[-1]
    assert (updated["id"], updated["callback_id"]) == (opened["id"], "second")
    assert updated["hash"] != opened["hash"]
    dev.fill(updated, ref="main")
    assert [v["callback_id"] for v in dev.views()] == ["second", "third"]
    assert dev.views()[1]["previous_view_id"] == opened["id"]
    dev.fill(dev.views()[1], ref="main")
    assert dev.views() == []


def test_errors_for_a_block_that_is_not_there_are_trouble(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    opener(bolt)

    @bolt.view("form")
    def submitted(ack: Callable[..., None]) -> None:
        ack(response_action="errors", errors={"other": "?"})

    connect(slack, bolt)
    dev = slack.person("dev")
    dev.say("general", "/noodle deploy")
    with pytest.raises(SlackError, match="invalid_response_errors"):
        dev.fill(dev.wait_view(), ref="main")


def test_a_stack_holds_three_views_and_updates_need_the_right_hash(
    slack: SandboxSlack,
    bolt: App,
    connect: Connect,
) -> None:
    results: list[str] = []
    opener(bolt, {**form(), "blocks": [*form()["blocks"], *buttons("more")]})

    @bolt.action("more")
    def more(ack: Callable[..., None], body: Json, client: WebClient) -> None:
        ack()
        try:
            client.views_push(trigger_id=body["trigger_id"], view={**form(), "blocks": buttons("more")})
            results.append("pushed")
        except SlackApiError as error:
            results.append(error.response["error"])
        slack.workspace.feed.stir()

    connect(slack, bolt)
    dev = slack.person("dev")
    dev.say("general", "/noodle deploy")
    dev.wait_view()
    for _ in range(3):
        before = len(results)
        dev.click(dev.views()[-1], "more")
        slack.wait(functools.partial(grown, results, before))
    assert results == ["pushed", "pushed", "push_limit_reached"]
    client = client_for(slack)
    top = dev.views()[-1]
    client.views_update(view_id=top["id"], hash=top["hash"], view=form())
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_update(view_id=top["id"], hash=top["hash"], view=form())


def test_closing_tells_the_app_that_asked_for_it(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    told: list[bool] = []
    opener(bolt, form(notify_on_close=True))

    @bolt.view_closed("form")
    def closed(ack: Callable[..., None], body: Json) -> None:
        ack()
        told.append(body["is_cleared"])

    connect(slack, bolt)
    dev = slack.person("dev")
    for everything in (False, True):
        dev.say("general", "/noodle deploy")
        dev.close(dev.wait_view(), everything=everything)
        assert dev.views() == []
    assert told == [False, True]


def test_a_trigger_is_good_once_and_for_three_seconds(timed: SandboxSlack, clock: TurnedClock) -> None:
    client = client_for(timed)

    def trigger() -> str:
        with timed.workspace.feed.lock:
            return timed.workspace.tickets.trigger("U02DEV")

    first = trigger()
    clock.turn(3)
    client.views_open(trigger_id=first, view=form())
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        client.views_open(trigger_id=first, view=form())
    late = trigger()
    clock.turn(3.1)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        client.views_open(trigger_id=late, view=form())


def test_an_external_select_asks_the_app(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    @bolt.options("package")
    def options(ack: Callable[..., None], payload: Json) -> None:
        names = [n for n in ("api", "apple", "web") if payload["value"] in n]
        ack(options=[{"text": plain(n), "value": n} for n in names])

    seen: list[Json] = []

    @bolt.action("package")
    def chosen(ack: Callable[..., None], action: Json) -> None:
        ack()
        seen.append(action["selected_option"])

    connect(slack, bolt)
    select = {"type": "external_select", "action_id": "package", "min_query_length": 0}
    blocks = [{"type": "actions", "elements": [select]}]
    client_for(slack).chat_postMessage(channel="#general", text="which?", blocks=blocks)
    dev = slack.person("dev")
    message = dev.wait_message("general", "which?")
    found = dev.options(message, "package", "ap")
    assert [one["value"] for one in found] == ["api", "apple"]
    dev.click(message, "package", selected_option=found[0])
    assert seen == [found[0]]


def test_shortcuts_carry_a_trigger_and_the_message(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    seen: list[Json] = []

    @bolt.shortcut("new_deploy")
    @bolt.shortcut("act_on")
    def shortcut(ack: Callable[..., None], body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form())
        seen.append(body)

    connect(slack, bolt)
    dev = slack.person("dev")
    dev.shortcut("new_deploy")
    dev.close(dev.wait_view())
    ts = dev.say("general", "the build is red")
    dev.shortcut("act_on", "general", ts)
    dev.wait_view()
    slack.wait(lambda: len(seen) == 2)
    assert (seen[0]["type"], seen[1]["type"]) == ("shortcut", "message_action")
    assert (seen[1]["message"]["text"], seen[1]["message_ts"]) == ("the build is red", ts)
    with pytest.raises(SlackError, match="unknown_shortcut"):
        dev.shortcut("act_on")


def test_a_home_button_acts_in_the_home(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    @bolt.event("app_home_opened")
    def opened(event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": buttons("refresh")})

    @bolt.action("refresh")
    def refresh(ack: Callable[..., None], body: Json, client: WebClient) -> None:
        ack()
        client.views_publish(
            user_id=body["user"]["id"],
            hash=body["view"]["hash"],
            view={"type": "home", "blocks": [{"type": "divider"}]},
        )

    connect(slack, bolt)
    dev = slack.person("dev")
    dev.open_home()
    dev.click(dev.wait_home(), "refresh")
    dev.wait_home(lambda view: view["blocks"][0]["type"] == "divider")
