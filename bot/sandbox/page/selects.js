// Choosing one or several of some options.

import { el, fill } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

export const option = (label, value) => ({ text: { type: "plain_text", text: label }, value });

// Returns the options with the group each belongs to.
export const listed = (one) => (one.options || []).map((found) => ({ option: found }))
  .concat((one.option_groups || []).flatMap((group) => group.options.map((found) => ({ option: found, group: group.label.text }))));

const KEYS = { users: "user", channels: "channel", conversations: "conversation" };

// What Slack's state says for the chosen options.
function chosen(one, picked) {
  const several = one.type.startsWith("multi_") || one.type === "checkboxes";
  const kind = KEYS[one.type.replace("multi_", "").replace("_select", "")];
  const values = kind ? picked.map((found) => found.value) : picked;
  const key = `selected_${kind || "option"}${several ? "s" : ""}`;
  return { type: one.type, [key]: several ? values : values[0] || null };
}

// The values that are chosen at first.
function first(one) {
  const kind = KEYS[one.type.replace("multi_", "").replace("_select", "")] || "option";
  const found = one[`initial_${kind}s`] || [one[`initial_${kind}`]];
  return found.filter(Boolean).map((each) => each.value || each);
}

export function select(one, options, id) {
  const groups = new Map();
  for (const { option: found, group = "" } of options) groups.set(group, [...(groups.get(group) || []), el("option", { value: found.value }, found.text.text)]);
  const field = el("select", { id }, el("option", { value: "" }, one.placeholder?.text || "Choose …"),
    [...groups].map(([label, each]) => (label ? el("optgroup", { label }, each) : each)));
  field.state = () => chosen(one, options.map((each) => each.option).filter((each) => field.value && each.value === field.value));
  field.held = () => field.value;
  field.put = (value) => { field.value = value; };
  field.take = (old) => { if (old.value && [...field.options].some((each) => each.value === old.value)) field.value = old.value; };
  field.put(first(one)[0] || "");
  field.before = field.value;
  return field;
}

export function menu(one, id) {
  const field = select({ ...one, placeholder: { text: "⋯" } }, listed(one), id);
  field.classList.add("overflow");
  field.setAttribute("aria-label", "More");
  const state = field.state;
  field.state = () => {
    const url = one.options.find((each) => each.value === field.value)?.url;
    if (/^https?:/i.test(url || "")) window.open(url, "_blank", "noopener");
    return state();
  };
  return field;
}

// Checkboxes, radio buttons, and a choice of several: all are boxes with words.
export function many(one, options, id, names) {
  const one_only = one.type === "radio_buttons";
  const list = el("div");
  const box = el("fieldset", { id, tabindex: "-1", class: one.type.startsWith("multi_") ? "several" : null }, list);
  const said = (text) => (text.type === "mrkdwn" ? mrkdwn(text.text, names) : text.text);
  let boxes = [];
  const show = (offered, values) => {
    boxes = offered.map((each) => [each, el("input", { type: one_only ? "radio" : "checkbox", name: `${one.action_id} ${id || ""}`, value: each.value })]);
    for (const [each, input] of boxes) input.checked = values.includes(each.value);
    fill(list, boxes.map(([each, input]) => el("label", { class: "choice" }, input,
      el("span", {}, said(each.text), each.description ? el("small", {}, said(each.description)) : null))));
  };
  box.held = () => boxes.filter(([, input]) => input.checked).map(([each]) => each.value);
  box.put = (values) => { for (const [each, input] of boxes) input.checked = values.includes(each.value); };
  box.picked = () => boxes.filter(([, input]) => input.checked).map(([each]) => each);
  box.state = () => chosen(one, box.picked());
  box.take = (old) => { if (old.held && String(old.held()) !== String(old.first)) box.put(old.held()); };
  box.offer = show;
  show(options, first(one));
  box.before = box.first = box.held();
  return box;
}

// The app says what there is to choose from, for what is typed. Without a query it is asked at the first focus.
export function external(block, one, scene, id) {
  const several = one.type.startsWith("multi_");
  const start = several ? one.initial_options || [] : [one.initial_option].filter(Boolean);
  const box = many({ ...one, type: several ? one.type : "radio_buttons" }, start, id, scene.names);
  box.classList.add("several");
  box.state = () => chosen(one, box.picked());
  box.query = (value) => scene.options(block, one, value);
  const ask = async (value) => {
    if (value.length < (one.min_query_length ?? 0)) return;
    const found = await box.query(value);
    const kept = box.picked();
    const offered = listed(found).map((each) => each.option);
    box.offer([...kept, ...offered.filter((each) => !kept.some((other) => other.value === each.value))], kept.map((each) => each.value));
  };
  let soon;
  const search = el("input", { type: "search", placeholder: one.placeholder?.text || "Search …", "aria-label": one.placeholder?.text || "Search" });
  search.oninput = () => { clearTimeout(soon); soon = setTimeout(() => ask(search.value.trim()), 200); };
  search.addEventListener("focus", () => ask(search.value.trim()), { once: true });
  box.prepend(search);
  return box;
}
