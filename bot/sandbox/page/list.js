// The messages of a channel or a thread. Each change touches one message, in place.

import { el } from "./dom.js";
import { message, when } from "./message.js";
import { morph } from "./morph.js";
import { attach, detach } from "./toolbar.js";

const NEAR = 120;

export class MessageList {
  // `jump` is told how many messages came while one was reading further up.
  constructor(node, room, jump = () => {}) {
    Object.assign(this, { node, room, jump, held: new Map(), missed: 0 });
    node.onscroll = () => { if (this.atEnd()) this.seen(); };
    node.onkeydown = (event) => this.move(event);
    node.onpointerover = (event) => this.tools(event);
    node.addEventListener("focusin", (event) => { this.tools(event); this.rove(event.target.closest(".message")); });
    node.addEventListener("pointerout", (event) => this.leave(event));
    node.addEventListener("focusout", (event) => this.leave(event));
  }

  // Makes the list say exactly this.
  show(messages, unread = 0) {
    const wanted = new Set(messages.map((one) => one.ts));
    for (const ts of [...this.held.keys()]) if (!wanted.has(ts)) this.take(ts);
    for (const one of messages) this.set(one);
    this.days();
    if (unread) this.mark(unread);
    const last = this.node.querySelector(".message:last-child");
    if (!this.node.querySelector(".message[tabindex='0']")) this.rove(last);
  }

  clear() {
    this.held.clear();
    this.seen();
    this.node.replaceChildren();
  }

  // A message is new or has changed; returns whether it is new.
  put(one, { follow = false } = {}) {
    const near = this.atEnd();
    const fresh = !this.held.has(one.ts);
    this.set(one);
    if (fresh) this.days();
    if (fresh && !this.node.contains(document.activeElement)) this.rove(this.node.querySelector(".message:last-child"));
    if (near || follow) this.end();
    else if (fresh) this.jump(this.missed += 1);
    return fresh;
  }

  get(ts) { return this.held.get(ts)?.one; }

  take(ts) {
    const found = this.held.get(ts);
    if (!found) return;
    this.held.delete(ts);
    const next = found.node.nextElementSibling || found.node.previousElementSibling;
    const focused = found.node.contains(document.activeElement);
    found.node.remove();
    this.days();
    if (focused) this.focus(next?.closest(".message") || this.node.querySelector(".message:last-child"));
  }

  atEnd() { return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR; }

  end() {
    this.node.scrollTop = this.node.scrollHeight;
    this.seen();
  }

  seen() {
    if (this.missed) this.jump(this.missed = 0);
  }

  set(one) {
    const said = JSON.stringify(one);
    const known = this.held.get(one.ts);
    if (known?.said === said) return;
    const fresh = message(one, this.room);
    if (!known) {
      this.held.set(one.ts, { one, said, node: fresh });
      // what is new belongs at the end, or close to it
      let before = this.node.lastElementChild;
      while (before && !(before.dataset.ts < one.ts)) before = before.previousElementSibling;
      if (before) before.after(fresh);
      else this.node.prepend(fresh);
      return;
    }
    Object.assign(known, { one, said });
    const focused = known.node.contains(document.activeElement);
    morph(known.node.querySelector(".content"), fresh.querySelector(".content"));
    if (focused && !known.node.contains(document.activeElement)) this.focus(known.node);
  }

  days() {
    let before = "";
    for (const line of this.node.querySelectorAll(".day")) line.remove();
    for (const { node, one } of [...this.held.values()].sort((a, b) => (a.one.ts < b.one.ts ? -1 : 1))) {
      const day = when(one).toDateString();
      const first = node.previousElementSibling?.matches(".fresh") ? node.previousElementSibling : node;
      if (day !== before) first.before(el("li", { class: "day" }, el("span", {}, named(when(one)))));
      before = day;
    }
  }

  mark(unread) {
    const foreign = [...this.node.querySelectorAll(".message:not(.ephemeral)")].filter((node) => this.get(node.dataset.ts).user !== this.room.names.me());
    foreign.at(-unread)?.before(el("li", { class: "fresh" }, el("span", {}, "New")));
  }

  tools(event) {
    const node = event.target.closest(".message");
    if (node && !node.classList.contains("ephemeral")) attach(node, this.room, () => this.get(node.dataset.ts));
  }

  leave(event) {
    const node = event.target.closest?.(".message");
    if (node && !node.contains(event.relatedTarget)) detach(node);
  }

  // One message at a time is on the way of the Tab key; the arrows go to the others.
  rove(node) {
    if (!node || node.tabIndex === 0) return;
    for (const other of this.node.querySelectorAll(".message[tabindex='0']")) other.tabIndex = -1;
    node.tabIndex = 0;
  }

  focus(node) {
    if (!node) return;
    this.rove(node);
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  }

  move(event) {
    if (!event.target.matches(".message")) return;
    const all = [...this.node.querySelectorAll(".message")];
    const at = all.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) { event.preventDefault(); this.focus(all[Math.max(0, Math.min(to, all.length - 1))]); }
    if (event.key === "Enter" && !this.room.thread) { event.preventDefault(); this.room.openThread(this.get(event.target.dataset.ts).thread_ts || event.target.dataset.ts); }
  }
}

function named(at) {
  const back = (days) => new Date(Date.now() - days * 864e5).toDateString();
  if (at.toDateString() === back(0)) return "Today";
  if (at.toDateString() === back(1)) return "Yesterday";
  return at.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}
