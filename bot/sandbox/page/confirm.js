// "Are you sure?": resolves to yes or no. A dialog gives the focus back to where it was by itself.

import { button, el } from "./dom.js";
import { text } from "./mrkdwn.js";

let count = 0;

export function ask(confirm, names) {
  const id = `ask-${count += 1}`;
  return new Promise((resolve) => {
    const end = (answer) => { box.close(); box.remove(); resolve(answer); };
    const box = el("dialog", { class: "ask", role: "alertdialog", "aria-labelledby": id, "aria-describedby": `${id}-why`, oncancel: (event) => { event.preventDefault(); end(false); } },
      el("h2", { id }, confirm.title?.text || "Are you sure?"), el("p", { id: `${id}-why` }, text(confirm.text, names)),
      el("div", { class: "b-actions" }, button(confirm.deny?.text || "No", () => end(false), { class: "b-button", autofocus: true }),
        button(confirm.confirm?.text || "Yes", () => end(true), { class: `b-button ${confirm.style === "danger" ? "danger" : "primary"}` })));
    document.body.append(box);
    box.showModal();
  });
}
