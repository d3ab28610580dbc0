// One message: who, when, what, reactions, replies. `room` is where it stands: the channel or its thread.

import { button, el } from "./dom.js";
import { blocks } from "./blocks.js";
import { emoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

const clock = (at) => at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export function message(one, room) {
  const author = room.names.person(one.user) || { real_name: one.user === "USLACKBOT" ? "Slackbot" : one.username || one.user, initials: one.user === "USLACKBOT" ? "S" : "?", color: "616061" };
  const node = el("li", { class: `message${one.ephemeral ? " ephemeral" : ""}`, "data-ts": one.ts, tabindex: "-1" },
    el("span", { class: `avatar${author.is_bot ? " bot" : ""}`, style: `--tint:#${author.color}`, "aria-hidden": "true" }, author.is_bot ? "🍜" : author.initials),
    el("div", { class: "content" }, content(one, author, room)));
  node.setAttribute("aria-label", `${author.real_name}, ${clock(when(one))}`);
  return node;
}

function content(one, author, room) {
  const at = when(one);
  const scene = { ...room, scope: `${room.scope}-${one.ts}`, press: (block, element, given) => room.press(one, block, element, given), options: (block, element, value) => room.options(one, block, element, value) };
  return [
    el("div", { class: "byline", "data-key": "byline" }, el("strong", { dir: "auto" }, author.real_name || author.name), author.is_bot ? el("span", { class: "tag" }, "app") : null,
      el("time", { datetime: at.toISOString(), title: at.toLocaleString() }, clock(at)),
      one.edited ? el("span", { class: "edited" }, "(edited)") : null,
      one.ephemeral ? el("span", { class: "only" }, "👁 Only visible to you · ", button("Dismiss", () => room.dismiss(one), { class: "dismiss", "aria-label": "Dismiss this message" })) : null),
    el("div", { class: "body", dir: "auto", "data-key": "body" }, one.blocks?.length ? blocks(one.blocks, scene) : el("div", { class: "text" }, mrkdwn(one.text, room.names))),
    one.ephemeral ? null : reactions(one, room),
    !room.thread && one.reply_count ? button(`${one.reply_count} ${one.reply_count === 1 ? "reply" : "replies"}`, () => room.openThread(one.thread_ts || one.ts), { class: "replies", "data-key": "replies" }) : null,
  ];
}

export const when = (one) => new Date(Number(one.ts) * 1000);

export function reacted(one, name, room) {
  return (one.reactions || []).some((reaction) => reaction.name === name && reaction.users.includes(room.names.me()));
}

function reactions(one, room) {
  if (!one.reactions?.length) return null;
  return el("div", { class: "reactions", "data-key": "reactions" }, one.reactions.map((reaction) => {
    const mine = reaction.users.includes(room.names.me());
    const who = reaction.users.map((user) => room.names.user(user)).join(", ");
    return button([emoji(reaction.name), " ", String(reaction.users.length)], () => room.react(one, reaction.name, mine),
      { class: mine ? "mine" : "", "data-key": reaction.name, "aria-pressed": String(mine), "aria-label": `${reaction.name}, ${reaction.users.length}: ${who}`, title: `${who}: ${reaction.name}` });
  }));
}
