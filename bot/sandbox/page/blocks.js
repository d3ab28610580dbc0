// Block Kit to nodes. `press(block, element, given)` is called when somebody presses or chooses something.

import { button, el, link } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { ask } from "./confirm.js";
import { control } from "./inputs.js";

export function blocks(list, names, press) {
  return (list || []).map((block) => render(block, names, press));
}

export function text(object, names) {
  if (!object) return "";
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : object.text;
}

function render(block, names, press) {
  switch (block.type) {
    case "section": return section(block, names, press);
    case "header": return el("h3", { class: "b-header" }, text(block.text, names));
    case "divider": return el("hr");
    case "context": return el("div", { class: "b-context" }, block.elements.map((one) => (one.type === "image" ? image(one) : el("span", {}, text(one, names)))));
    case "actions": return el("div", { class: "b-actions" }, block.elements.map((one) => element(block, one, names, press)));
    case "image": return el("figure", {}, block.title ? el("figcaption", {}, text(block.title, names)) : null, image(block));
    case "rich_text": return richText(block, names);
    case "markdown": return el("div", {}, mrkdwn(block.text, names));
    case "alert": return el("div", { class: "b-alert", role: "alert" }, text(block.text, names));
    case "input": return input(block, names, press);
    case "table": return table(block, names);
    default: return el("div", { class: "unsupported" }, `unsupported block: ${block.type}`);
  }
}

function section(block, names, press) {
  const body = el("div", { class: "b-text" }, block.text ? el("div", {}, text(block.text, names)) : null,
    block.fields ? el("div", { class: "b-fields" }, block.fields.map((one) => el("div", {}, text(one, names)))) : null);
  return el("div", { class: "b-section" }, body, block.accessory ? el("div", { class: "b-accessory" }, element(block, block.accessory, names, press)) : null);
}

function image(one) {
  return el("img", { src: /^(https?:|data:image\/)/.test(one.image_url || "") ? one.image_url : "", alt: one.alt_text || "" });
}

export function element(block, one, names, press) {
  if (one.type === "image") return image(one);
  if (one.type === "button") {
    const kind = `b-button ${one.style || ""}`;
    if (one.url) return link(one.url, el("span", { class: kind }, one.text.text));
    const go = async (event) => {
      const pressed = event.currentTarget;
      if (one.confirm && !(await ask(one.confirm))) return;
      pressed.disabled = true;
      setTimeout(() => { pressed.disabled = false; }, 1500);
      press(block, one, { value: one.value });
    };
    return button(one.text.text, go, { class: kind, "aria-label": one.accessibility_label, "data-action": one.action_id });
  }
  return control(block, one, names, (given) => press(block, one, given));
}

function input(block, names, press) {
  const id = `in-${block.block_id}`;
  return el("div", { class: "b-input", "data-block": block.block_id },
    el("label", { for: id }, text(block.label, names), block.optional ? el("small", {}, " (optional)") : null),
    control(block, block.element, names, block.dispatch_action ? (given) => press(block, block.element, given) : null, id),
    block.hint ? el("small", { class: "hint" }, text(block.hint, names)) : null, el("div", { class: "fault", role: "alert" }));
}

function table(block, names) {
  const cell = (one) => (one.type === "rich_text" ? richText(one, names) : String(one.text ?? one.value ?? ""));
  return el("table", {}, block.rows.map((row, index) => el("tr", {}, row.map((one) => el(index ? "td" : "th", {}, cell(one))))));
}
