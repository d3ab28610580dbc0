// Block Kit to nodes. A scene is where they stand: `press(block, element, given)` is called when somebody presses or
// chooses something, `options` asks the app for more, `names` knows who is who, `scope` makes ids unique.

import { button, el, link, picture } from "./dom.js";
import { RICHER } from "./cards.js";
import { ask } from "./confirm.js";
import { control } from "./inputs.js";
import { markdown, text } from "./mrkdwn.js";
import { richText } from "./richtext.js";

export function blocks(list, scene) {
  return (list || []).map((block, index) => {
    const made = drawn(block, scene);
    made.dataset.key = block.block_id || index;
    return made;
  });
}

// One block that cannot be drawn costs only itself.
function drawn(block, scene) {
  try {
    // own names only: an object also answers to `constructor`
    const known = [KINDS, RICHER].find((kinds) => Object.hasOwn(kinds, block.type));
    return (known?.[block.type] || unknown)(block, scene);
  } catch (wrong) {
    console.error(wrong);
    return unknown(block);
  }
}

const unknown = (block) => el("div", { class: "unsupported" }, `unsupported block: ${block.type}`);

const KINDS = {
  section,
  input,
  header: (block, scene) => el("h3", { class: "b-header" }, text(block.text, scene.names)),
  divider: () => el("div", { class: "b-divider" }, el("hr")),
  context: (block, scene) => el("div", { class: "b-context" }, block.elements.map((one) => (one.type === "image" ? image(one) : el("span", {}, text(one, scene.names))))),
  actions: (block, scene) => el("div", { class: "b-actions" }, block.elements.map((one) => element(block, one, scene))),
  context_actions: (block, scene) => el("div", { class: "b-actions small" }, block.elements.map((one) => element(block, one, scene))),
  image: (block, scene) => el("figure", {}, block.title ? el("figcaption", {}, text(block.title, scene.names)) : null, image(block)),
  rich_text: (block, scene) => richText(block, scene.names),
  markdown: (block, scene) => el("div", { class: "text" }, markdown(block.text, scene.names)),
  alert: (block, scene) => el("div", { class: `b-alert ${block.level || "default"}`, role: "note" }, text(block.text, scene.names)),
};

function section(block, scene) {
  const body = el("div", { class: "b-text" }, block.text ? el("div", {}, text(block.text, scene.names)) : null,
    block.fields ? el("div", { class: "b-fields" }, block.fields.map((one) => el("div", {}, text(one, scene.names)))) : null);
  return el("div", { class: "b-section" }, body, block.accessory ? el("div", { class: "b-accessory" }, element(block, block.accessory, scene)) : null);
}

export function image(one) {
  return picture(one.image_url || one.slack_file?.url, one.alt_text);
}

export function element(block, one, scene) {
  switch (one.type) {
    case "image": return image(one);
    case "button": return one.url ? follow(block, one, scene) : push(block, one, scene, text(one.text), { value: one.value });
    case "icon_button": return push(block, one, scene, [el("span", { "aria-hidden": "true" }, one.icon === "trash" ? "🗑 " : "◦ "), one.text.text], { value: one.value });
    case "feedback_buttons": return el("span", { class: "b-feedback" },
      [["👍 ", one.positive_button], ["👎 ", one.negative_button]].map(([sign, each]) => push(block, { ...one, ...each, type: "button" }, scene, [sign, each.text.text], { value: each.value })));
    default: return control(block, one, scene, (given) => scene.press(block, one, given));
  }
}

const look = (one) => `b-button ${one.style || ""}`.trim();

function follow(block, one, scene) {
  return link(one.url, { class: look(one), onclick: () => scene.press(block, one, { value: one.value }) }, text(one.text));
}

function push(block, one, scene, label, given) {
  const go = async (event) => {
    const pressed = event.currentTarget;
    if (pressed.ariaBusy === "true") return;
    if (one.confirm && !(await ask(one.confirm, scene.names))) return;
    // not disabled: that would take the focus away
    pressed.ariaBusy = "true";
    try { await scene.press(block, one, given); } finally { setTimeout(() => { pressed.ariaBusy = null; }, 400); }
  };
  return button(label, go, { class: look(one), "aria-label": one.accessibility_label, "data-key": `${one.action_id} ${given.value}`, "data-action": one.action_id });
}

function input(block, scene) {
  const id = `${scene.scope}-${block.block_id}`;
  const choice = /checkboxes|radio|multi_|external/.test(block.element.type);
  const made = control(block, block.element, scene, block.dispatch_action ? (given) => scene.press(block, block.element, given) : null, id);
  const told = [block.hint ? `${id}-hint` : "", `${id}-fault`].join(" ").trim();
  made.setAttribute("aria-describedby", told);
  if (choice) made.setAttribute("aria-labelledby", `${id}-label`);
  if (!choice && !block.optional) made.setAttribute("aria-required", "true");
  return el("div", { class: "b-input", "data-block": block.block_id },
    el(choice ? "div" : "label", { class: "label", id: `${id}-label`, for: choice ? null : id }, text(block.label, scene.names), block.optional ? el("small", {}, " (optional)") : null),
    made, block.hint ? el("small", { class: "hint", id: `${id}-hint` }, text(block.hint, scene.names)) : null,
    block.element.type === "file_input" ? el("small", { class: "hint" }, "The sandbox takes no files.") : null,
    Object.assign(el("div", { class: "fault", role: "alert", id: `${id}-fault` }), { spec: "fault" }));
}
