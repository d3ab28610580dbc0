// What one can do with a message. A toolbar is there only while its message is pointed at or has the focus.

import { button, el } from "./dom.js";
import { EMOJI, QUICK } from "./emoji.js";
import { reacted } from "./message.js";

export function attach(node, room, current) {
  if (node.querySelector(":scope > .tools")) return;
  const react = (name) => room.react(current(), name, reacted(current(), name, room));
  node.append(el("div", { class: "tools", role: "toolbar", "aria-label": "React or reply" },
    QUICK.map((name) => button(EMOJI[name], () => react(name), { title: name.replaceAll("_", " "), "aria-label": `React with ${name}` })),
    button("☺+", () => pick(react), { title: "More reactions", "aria-label": "More reactions" }),
    room.thread ? null : button("💬", () => room.openThread(current().thread_ts || current().ts), { title: "Reply in a thread", "aria-label": "Reply in a thread" }),
    room.shortcuts().map((one) => button(["⚡", el("span", { class: "words" }, ` ${one.name}`)], () => room.shortcut(current(), one.callback_id), { "aria-label": one.name, title: one.name }))));
}

export function detach(node) {
  // after the focus has gone where it goes; a dialog gives it back, so its message keeps the toolbar
  setTimeout(() => {
    if (!node.matches(":hover, :focus-within") && !document.querySelector("dialog[open]")) node.querySelector(":scope > .tools")?.remove();
  });
}

function pick(chose) {
  const end = () => { box.close(); box.remove(); };
  const show = (wanted) => list.replaceChildren(...Object.entries(EMOJI).filter(([name]) => name.includes(wanted)).map(([name, sign]) =>
    button(sign, () => { end(); chose(name); }, { title: name, "aria-label": name })));
  const list = el("div", { class: "picker-list" });
  const search = el("input", {
    type: "search", placeholder: "Search emoji", "aria-label": "Search emoji", oninput: () => show(search.value.trim().replaceAll(" ", "_").toLowerCase()),
    // what is left of this Enter would press the button that gets the focus back
    onkeydown: (event) => { if (event.key === "Enter") { event.preventDefault(); list.querySelector("button")?.click(); } },
  });
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
    const all = [...list.children];
    const at = all.indexOf(document.activeElement);
    if (!step || (at < 0 && event.key !== "ArrowDown")) return;
    event.preventDefault();
    (at < 0 ? all[0] : all[at + step] || (step < 0 ? search : all[at]))?.focus();
  };
  const box = el("dialog", { class: "picker", "aria-label": "Pick a reaction", oncancel: (event) => { event.preventDefault(); end(); }, onkeydown: move, onclick: (event) => { if (event.target === box) end(); } }, search, list);
  document.body.append(box);
  show("");
  box.showModal();
}
