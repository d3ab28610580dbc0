// The elements one fills in: each control holds its Slack state in `.state()`; `chose` is called when it changes.

import { el } from "./dom.js";
import { post } from "./api.js";

export function control(block, one, names, chose, id) {
  const made = make(block, one, names, chose, id);
  made.dataset.blockId = block.block_id;
  made.dataset.actionId = one.action_id;
  return made;
}

function make(block, one, names, chose, id) {
  const told = (wrap) => chose && (() => chose(wrap()));
  switch (one.type) {
    case "plain_text_input": case "email_text_input": case "url_text_input": case "number_input": {
      const kind = { email_text_input: "email", url_text_input: "url", number_input: "number" }[one.type] || "text";
      const field = one.multiline ? el("textarea", { id, rows: 4 }) : el("input", { id, type: kind });
      field.placeholder = one.placeholder?.text || "";
      field.value = one.initial_value || "";
      return keep(field, () => ({ type: one.type, value: field.value || null }), told);
    }
    case "datepicker": case "timepicker": {
      const [kind, key] = one.type === "datepicker" ? ["date", "selected_date"] : ["time", "selected_time"];
      const field = el("input", { id, type: kind });
      field.value = one[`initial_${kind}`] || "";
      return keep(field, () => ({ type: one.type, [key]: field.value || null }), told);
    }
    case "checkboxes": case "radio_buttons": return boxes(one, names, told);
    case "overflow": case "static_select": case "multi_static_select": return select(one, listed(one), told, id);
    case "users_select": case "multi_users_select": return select(one, names.users().map((u) => option(u.real_name, u.id)), told, id);
    case "conversations_select": case "channels_select": return select(one, names.channels().map((c) => option(`#${c.name}`, c.id)), told, id);
    case "external_select": case "multi_external_select": return external(block, one, told, id);
    default: return el("span", { class: "unsupported" }, `unsupported: ${one.type}`);
  }
}

function keep(node, state, told) {
  node.state = state;
  const tell = told(state);
  if (tell) node.addEventListener("change", tell);
  return node;
}

const option = (label, value) => ({ text: { type: "plain_text", text: label }, value });
const listed = (one) => one.options || (one.option_groups || []).flatMap((group) => group.options);

function boxes(one, names, told) {
  const many = one.type === "checkboxes";
  const first = many ? (one.initial_options || []).map((o) => o.value) : [one.initial_option?.value];
  const name = `g${Math.random()}`;
  const inputs = one.options.map((o) => el("input", { type: many ? "checkbox" : "radio", name, value: o.value, checked: first.includes(o.value) }));
  const box = el("fieldset", {}, one.options.map((o, i) => el("label", { class: "choice" }, inputs[i], " ", o.text.text)));
  return keep(box, () => {
    const chosen = one.options.filter((_, i) => inputs[i].checked);
    return many ? { type: one.type, selected_options: chosen } : { type: one.type, selected_option: chosen[0] || null };
  }, told);
}

function select(one, options, told, id) {
  const many = one.type.startsWith("multi_");
  const field = el("select", { id, multiple: many }, many ? null : el("option", { value: "" }, one.type === "overflow" ? "⋯" : one.placeholder?.text || "Choose …"));
  const show = (list) => field.append(...list.map((o) => el("option", { value: o.value }, o.text.text)));
  show(options);
  const first = many ? (one.initial_options || []).map((o) => o.value) : [one.initial_option?.value];
  for (const o of field.options) o.selected = o.value !== "" && first.includes(o.value);
  field.offer = (list) => { options.push(...list); show(list); };
  return keep(field, () => chosen(one, options, [...field.selectedOptions].map((o) => o.value).filter(Boolean)), told);
}

function chosen(one, options, values) {
  const people = { users_select: "selected_user", channels_select: "selected_channel", conversations_select: "selected_conversation" };
  if (people[one.type]) return { type: one.type, [people[one.type]]: values[0] || null };
  if (one.type === "multi_users_select") return { type: one.type, selected_users: values };
  const picked = options.filter((o) => values.includes(o.value));
  return one.type.startsWith("multi_") ? { type: one.type, selected_options: picked } : { type: one.type, selected_option: picked[0] || null };
}

function external(block, one, told, id) {
  const field = select(one, [], told, id);
  field.addEventListener("focus", async () => {
    const view = field.closest("[data-view]")?.dataset.view;
    const found = await post("options", { view_id: view, block_id: block.block_id, action_id: one.action_id, value: "" });
    field.offer(found.options || []);
  }, { once: true });
  return field;
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

