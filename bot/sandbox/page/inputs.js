// The elements one fills in. Each control holds its Slack state in `.state()`; `.spec` says what it asks, so that an
// update leaves it alone while that stays the same, and `.take(old)` accepts what was filled in before it changed.

import { el } from "./dom.js";
import { ask } from "./confirm.js";
import { external, listed, many, menu, option, select } from "./selects.js";

export function control(block, one, scene, chose, id) {
  const made = make(block, one, scene, id);
  made.dataset.key = `${block.block_id} ${one.action_id} ${one.type}`;
  made.dataset.blockId = block.block_id;
  made.dataset.actionId = one.action_id;
  made.spec = JSON.stringify(one);
  if (one.focus_on_load) made.dataset.first = "";
  const field = made.matches("input, select, textarea") ? made : null;
  if (field && !id) field.setAttribute("aria-label", one.placeholder?.text || block.text?.text || "Choose");
  made.chose = chose;
  if (chose) made.onchange = (event) => tell(made, one, scene, event);
  if (chose && made.matches("input:not([type=date], [type=time], [type=datetime-local]), textarea")) typing(made, one);
  return made;
}

async function tell(made, one, scene, event) {
  if (event.target.matches("[type=search]")) return;
  const state = made.state();
  if (one.confirm && !(await ask(one.confirm, scene.names))) return made.put?.(made.before);
  made.before = made.held?.();
  made.chose(state);
  if (one.type === "overflow") made.value = "";
}

// A text tells the app on Enter, or with every letter where it asked for that.
function typing(field, one) {
  const when = one.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];
  field.onchange = null;
  field.onkeydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !when.includes("on_enter_pressed")) return;
    event.preventDefault();
    field.chose(field.state());
  };
  let soon;
  if (when.includes("on_character_entered")) field.oninput = () => { clearTimeout(soon); soon = setTimeout(() => field.chose(field.state()), 200); };
}

function make(block, one, scene, id) {
  const { names } = scene;
  switch (one.type) {
    case "plain_text_input": case "email_text_input": case "url_text_input": case "number_input": return typed(one, id);
    case "rich_text_input": return rich(one, id);
    case "datepicker": return simple(one, id, "date", "selected_date", one.initial_date);
    case "timepicker": return simple(one, id, "time", "selected_time", one.initial_time);
    case "datetimepicker": return instant(one, id);
    case "checkboxes": case "radio_buttons": return many(one, one.options, id, names);
    case "file_input": return file(id);
    case "overflow": return menu(one, id);
    case "static_select": return select(one, listed(one), id);
    case "users_select": return select(one, people(names), id);
    case "conversations_select": case "channels_select": return select(one, rooms(names), id);
    case "external_select": return external(block, one, scene, id);
    case "multi_static_select": return many(one, listed(one).map((found) => found.option), id, names);
    case "multi_users_select": return many(one, people(names).map((found) => found.option), id, names);
    case "multi_conversations_select": case "multi_channels_select": return many(one, rooms(names).map((found) => found.option), id, names);
    case "multi_external_select": return external(block, one, scene, id);
    default: return el("span", { class: "unsupported" }, `unsupported: ${one.type}`);
  }
}

const people = (names) => names.users().map((user) => ({ option: option(user.real_name, user.id) }));
const rooms = (names) => names.channels().map((channel) => ({ option: option(`#${channel.name}`, channel.id) }));

function field(node, state) {
  const first = node.value;
  node.state = state;
  node.held = () => node.value;
  node.put = (value) => { node.value = value; };
  node.before = first;
  node.take = (old) => { if (old.value !== undefined && old.value !== old.before) node.value = old.value; };
  return node;
}

function typed(one, id) {
  const kind = { email_text_input: "email", url_text_input: "url", number_input: "number" }[one.type] || "text";
  const shared = { id, placeholder: one.placeholder?.text, maxlength: one.max_length, minlength: one.min_length };
  const bounds = kind === "number" ? { min: one.min_value, max: one.max_value, step: one.is_decimal_allowed ? "any" : 1 } : {};
  const node = one.multiline ? el("textarea", { ...shared, rows: 4 }) : el("input", { ...shared, ...bounds, type: kind });
  node.value = one.initial_value || "";
  return field(node, () => ({ type: one.type, value: node.value || null }));
}

function simple(one, id, kind, key, first) {
  const node = el("input", { id, type: kind });
  node.value = first || "";
  return field(node, () => ({ type: one.type, [key]: node.value || null }));
}

function instant(one, id) {
  const node = el("input", { id, type: "datetime-local" });
  const local = (seconds) => new Date(seconds * 1000 - new Date(seconds * 1000).getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  if (one.initial_date_time) node.value = local(one.initial_date_time);
  return field(node, () => ({ type: one.type, selected_date_time: node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null }));
}

// Rich text is typed as plain text here; what the app gets is a rich_text with one section.
function rich(one, id) {
  const node = el("textarea", { id, rows: 4, placeholder: one.placeholder?.text });
  node.value = (one.initial_value?.elements || []).flatMap((part) => part.elements || []).map((leaf) => leaf.text || leaf.url || "").join("");
  const value = () => ({ type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: node.value }] }] });
  return field(node, () => ({ type: one.type, rich_text_value: node.value ? value() : null }));
}

function file(id) {
  const node = el("input", { id, type: "file", disabled: true, title: "The sandbox takes no files" });
  node.state = () => ({ type: "file_input", files: [] });
  return node;
}

// Returns what is filled in below a node, as Slack's view.state.values.
export function filled(node) {
  const values = {};
  for (const one of node.querySelectorAll("[data-action-id]")) {
    if (!one.state) continue;
    (values[one.dataset.blockId] ||= {})[one.dataset.actionId] = one.state();
  }
  return values;
}
