// "Are you sure?": resolves to yes or no.

import { button, el } from "./dom.js";

export function ask(confirm) {
  return new Promise((resolve) => {
    const end = (answer) => { box.close(); box.remove(); resolve(answer); };
    const box = el("dialog", { class: "ask", oncancel: () => end(false) },
      el("h2", {}, confirm.title?.text || "Are you sure?"), el("p", {}, confirm.text?.text || ""),
      el("div", { class: "b-actions" }, button(confirm.deny?.text || "No", () => end(false), { class: "b-button" }),
        button(confirm.confirm?.text || "Yes", () => end(true), { class: "b-button danger" })));
    document.body.append(box);
    box.showModal();
  });
}
