// Modals: a stack of dialogs, drawn anew from the views there are.

import { button, el } from "./dom.js";
import { post } from "./api.js";
import { blocks } from "./blocks.js";
import { filled } from "./inputs.js";

const open = new Map();

export function showView(view, names, fail) {
  closeView(view.id);
  const press = (block, one, given) => post("click", { view_id: view.id, block_id: block.block_id, action_id: one.action_id, ...given, values: filled(box) }).catch(fail);
  const close = () => { closeView(view.id); post("close", { view_id: view.id }).catch(fail); };
  const form = el("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); submit(view, box, fail); } },
    el("header", {}, el("h2", {}, view.title?.text || ""), button("×", close, { "aria-label": "Close", class: "x" })),
    el("div", { class: "body" }, blocks(view.blocks, names, press)),
    el("footer", {}, button(view.close?.text || "Close", close, { class: "b-button" }),
      view.submit ? el("button", { type: "submit", class: "b-button primary" }, view.submit.text) : null));
  const box = el("dialog", { class: "modal", "data-view": view.id, oncancel: (event) => { event.preventDefault(); close(); } }, form);
  document.getElementById("modals").append(box);
  open.set(view.id, box);
  box.showModal();
  box.querySelector(".body input, .body select, .body textarea")?.focus();
}

export function closeView(id) {
  const box = open.get(id);
  open.delete(id);
  if (box) { box.close(); box.remove(); }
}

async function submit(view, box, fail) {
  for (const fault of box.querySelectorAll(".fault")) fault.textContent = "";
  const missing = view.blocks.filter((block) => block.type === "input" && !block.optional && empty(filled(box)[block.block_id]));
  if (missing.length) return missing.forEach((block) => blame(box, block.block_id, "Please fill this in."));
  try {
    const answer = await post("submit", { view_id: view.id, values: filled(box) });
    for (const [block, said] of Object.entries(answer.errors || {})) blame(box, block, said);
  } catch (wrong) { fail(wrong); }
}

function empty(state) {
  const one = Object.values(state || {})[0] || {};
  const values = Object.entries(one).filter(([key]) => key !== "type").map(([, value]) => value);
  return values.every((value) => value === null || value === "" || (Array.isArray(value) && !value.length));
}

function blame(box, block, said) {
  const field = box.querySelector(`[data-block="${CSS.escape(block)}"]`);
  const fault = field?.querySelector(".fault");
  if (fault) fault.textContent = said;
  field?.querySelector("input, select, textarea")?.focus();
}
