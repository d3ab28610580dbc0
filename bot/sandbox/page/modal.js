// Modals: a stack of dialogs. An updated view changes in place and keeps what was typed, as Slack does.

import { button, el } from "./dom.js";
import { get, post } from "./api.js";
import { blocks } from "./blocks.js";
import { filled } from "./inputs.js";
import { morph } from "./morph.js";
import { fail, words } from "./toast.js";

const FIELDS = "input:not([disabled]), select, textarea";
const open = new Map();

export function showView(view, names) {
  const known = open.get(view.id);
  if (known) {
    known.view = view;
    const there = known.box.contains(document.activeElement);
    morph(known.box.firstChild, form(view, names, known.box));
    if (there && !known.box.contains(document.activeElement)) known.box.querySelector(`.body :is(${FIELDS})`)?.focus();
    return;
  }
  // `open` starts a stack anew, `push` goes on with the one there is
  if (!view.previous_view_id) for (const id of [...open.keys()].reverse()) closeView(id);
  const box = el("dialog", { class: "modal", "data-view": view.id, "aria-labelledby": `${view.id}-title`, oncancel: (event) => { event.preventDefault(); close(view.id); } });
  box.append(form(view, names, box));
  open.set(view.id, { box, view });
  document.getElementById("modals").append(box);
  box.showModal();
  (box.querySelector("[data-first]") || box.querySelector(`.body :is(${FIELDS})`))?.focus();
}

export function closeView(id) {
  const known = open.get(id);
  open.delete(id);
  if (known) { known.box.close(); known.box.remove(); }
}

// After the connection was lost, or at the start.
export async function syncViews(names) {
  const { stack } = await get("views");
  for (const id of [...open.keys()].reverse()) if (!stack.some((view) => view.id === id)) closeView(id);
  for (const view of stack) showView(view, names);
}

function form(view, names, box) {
  const where = (block, one) => ({ view_id: view.id, block_id: block.block_id, action_id: one.action_id });
  const scene = {
    names, scope: view.id,
    press: (block, one, given) => post("click", { ...where(block, one), ...given, values: filled(box) }).catch(fail),
    options: (block, one, value) => post("options", { ...where(block, one), value }).catch((wrong) => { fail(wrong); return {}; }),
  };
  const quit = () => close(view.id);
  return el("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(view.id); } },
    el("header", {}, el("h2", { id: `${view.id}-title` }, view.title?.text || ""), button("×", quit, { "aria-label": "Close", class: "x" })),
    el("div", { class: "body" }, blocks(view.blocks, scene)),
    Object.assign(el("p", { class: "wrong fault", role: "alert" }), { spec: "wrong" }),
    el("footer", {}, button(view.close?.text || (view.submit ? "Cancel" : "Close"), quit, { class: "b-button" }),
      view.submit ? el("button", { type: "submit", class: "b-button primary", disabled: Boolean(view.submit_disabled) }, view.submit.text) : null));
}

function close(id) {
  closeView(id);
  post("close", { view_id: id }).catch(fail);
}

async function submit(id) {
  const { box, view } = open.get(id);
  const go = box.querySelector("[type=submit]");
  if (!go || go.ariaBusy === "true") return;
  for (const fault of box.querySelectorAll(".fault")) fault.textContent = "";
  for (const field of box.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const values = filled(box);
  const missing = view.blocks.filter((block) => block.type === "input" && !block.optional && empty(values[block.block_id]));
  if (missing.length) return blame(box, missing.map((block) => [block.block_id, "Please fill this in."]));
  go.ariaBusy = "true";
  try {
    const answer = await post("submit", { view_id: id, values });
    blame(box, Object.entries(answer.errors || {}));
  } catch (wrong) {
    box.querySelector(".wrong").textContent = words(wrong) || "The app did not answer. Nothing was sent; try again.";
  } finally { go.ariaBusy = null; }
}

function empty(state) {
  const one = Object.values(state || {})[0] || {};
  const values = Object.entries(one).filter(([key]) => key !== "type").map(([, value]) => value);
  return values.every((value) => value === null || value === "" || (Array.isArray(value) && !value.length));
}

// Says what is wrong beside each field, and goes to the first of them.
function blame(box, faults) {
  for (const [block, said] of faults) {
    const place = box.querySelector(`[data-block="${CSS.escape(block)}"]`);
    if (!place) continue;
    place.querySelector(".fault").textContent = said;
    place.querySelector("[data-action-id]").setAttribute("aria-invalid", "true");
  }
  box.querySelector(`.b-input:has([aria-invalid]) :is(${FIELDS})`)?.focus();
}
