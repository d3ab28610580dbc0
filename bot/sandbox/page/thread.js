// The pane with one thread.

import { button, el, fill } from "./dom.js";
import { composer } from "./composer.js";
import { MessageList } from "./list.js";

// Opens it in `pane`; returns its list of messages and the field one types into.
export function threadPane(pane, { room, close, typing }) {
  const list = el("ol", { "aria-label": "Messages of the thread" });
  const form = el("form", { autocomplete: "off", class: "composer" });
  fill(pane, el("header", {}, el("h2", {}, "Thread"), button("×", close, { "aria-label": "Close thread", class: "x" })), list, form);
  pane.hidden = false;
  const field = composer(form, { ...typing, label: "Reply …", thread: true });
  return { list: new MessageList(list, room), field };
}
