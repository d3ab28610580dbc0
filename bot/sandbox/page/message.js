// One message: who, when, what, reactions, replies.

import { button, el } from "./dom.js";
import { blocks } from "./blocks.js";
import { EMOJI, QUICK, emoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

export function message(one, room) {
  const author = room.names.person(one.user) || room.names.app();
  const at = new Date(Number(one.ts) * 1000);
  const press = (block, element, given) => room.press(one, block, element, given);
  const body = one.blocks?.length ? blocks(one.blocks, room.names, press) : el("div", { class: "text" }, mrkdwn(one.text, room.names));
  return el("li", { class: `message${one.ephemeral ? " ephemeral" : ""}`, "data-ts": one.ts, tabindex: "-1" },
    el("span", { class: `avatar${author.is_bot ? " bot" : ""}`, style: `--tint:#${author.color}`, "aria-hidden": "true" }, author.is_bot ? "🍜" : author.initials),
    el("div", { class: "content" },
      el("div", { class: "byline" }, el("strong", {}, author.real_name || author.name), author.is_bot ? el("span", { class: "tag" }, "app") : null,
        el("time", { datetime: at.toISOString(), title: at.toLocaleString() }, at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })),
        one.edited ? el("span", { class: "edited" }, "(edited)") : null,
        one.ephemeral ? el("span", { class: "only" }, "👁 Only visible to you") : null),
      body,
      one.ephemeral ? null : reactions(one, room),
      !room.thread && one.reply_count ? button(`${one.reply_count} ${one.reply_count === 1 ? "reply" : "replies"}`, () => room.openThread(one.ts), { class: "replies" }) : null),
    one.ephemeral ? null : tools(one, room));
}

function reactions(one, room) {
  const list = one.reactions || [];
  if (!list.length) return null;
  return el("div", { class: "reactions" }, list.map((reaction) => {
    const mine = reaction.users.includes(room.names.me());
    const who = reaction.users.map((user) => room.names.user(user)).join(", ");
    return button([emoji(reaction.name), " ", String(reaction.users.length)], () => room.react(one, reaction.name, mine),
      { class: mine ? "mine" : "", "aria-pressed": String(mine), title: `${who}: ${reaction.name}` });
  }));
}

function tools(one, room) {
  return el("div", { class: "tools", role: "toolbar", "aria-label": "React or reply" },
    QUICK.slice(0, 4).map((name) => button(EMOJI[name], () => room.react(one, name, reacted(one, name, room)), { title: name, "aria-label": `React with ${name}` })),
    button("☺+", () => picker((name) => room.react(one, name, false)), { "aria-label": "More reactions" }),
    room.thread ? null : button("💬", () => room.openThread(one.ts), { "aria-label": "Reply in a thread" }));
}

function reacted(one, name, room) {
  return (one.reactions || []).some((reaction) => reaction.name === name && reaction.users.includes(room.names.me()));
}

function picker(chose) {
  const end = () => { box.close(); box.remove(); };
  const show = (wanted) => list.replaceChildren(...Object.entries(EMOJI).filter(([name]) => name.includes(wanted)).map(([name, sign]) =>
    button(sign, () => { end(); chose(name); }, { title: name, "aria-label": name })));
  const list = el("div", { class: "picker-list" });
  const search = el("input", { type: "search", placeholder: "Search emoji", "aria-label": "Search emoji", oninput: () => show(search.value.trim()) });
  const box = el("dialog", { class: "picker", oncancel: end, onclick: (event) => { if (event.target === box) end(); } }, search, list);
  document.body.append(box);
  show("");
  box.showModal();
}
