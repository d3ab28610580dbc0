// Where one types: Enter says it, Shift+Enter breaks the line, ↑ brings back what was said, / and @ suggest.

import { button, el, fill } from "./dom.js";

const said = [];

export function composer(form, { label, commands, people, thread, say }) {
  const field = el("textarea", { rows: 1, "aria-label": label, placeholder: label, spellcheck: "false" });
  const hints = el("ul", { class: "hints", role: "listbox", hidden: true });
  let back = said.length;

  const grow = () => { field.style.height = "auto"; field.style.height = `${Math.min(field.scrollHeight, 200)}px`; };
  const put = (text) => { field.value = text; field.setSelectionRange(text.length, text.length); grow(); suggest(); };
  const suggest = () => {
    const found = options(field.value, commands, people, thread);
    hints.hidden = !found.length;
    fill(hints, found.map(([value, about]) => el("li", { role: "option" }, button([el("b", {}, value.trim()), ` ${about}`], () => { put(value); field.focus(); }))));
  };
  const send = async () => {
    const text = field.value.trim();
    if (!text) return;
    said.push(text);
    back = said.length;
    put("");
    if (!(await say(text))) put(text);
  };

  field.addEventListener("input", () => { grow(); suggest(); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
    if (event.key === "Tab" && !hints.hidden) { event.preventDefault(); hints.querySelector("button").click(); }
    if (event.key === "Escape" && !hints.hidden) { event.stopPropagation(); hints.hidden = true; }
    const atEdge = !field.value || field.value === said[back];
    if (event.key === "ArrowUp" && atEdge && back > 0) { event.preventDefault(); put(said[--back]); }
    if (event.key === "ArrowDown" && atEdge && back < said.length) { event.preventDefault(); put(said[++back] || ""); }
  });
  form.onsubmit = (event) => { event.preventDefault(); send(); };
  fill(form, hints, field, el("button", { type: "submit", class: "send", "aria-label": "Send" }, "➤"));
  return field;
}

function options(text, commands, people, thread) {
  if (text.startsWith("/") && !text.includes(" ")) {
    if (thread) return [["@noodle ", "slash commands do not work in threads; a mention does"]];
    return commands.filter((one) => one.command.startsWith(text)).map((one) => [`${one.command} `, one.usage_hint || one.description]);
  }
  const at = text.match(/(^|.*\s)@(\w*)$/s);
  if (!at) return [];
  return people.filter((one) => one.name.startsWith(at[2].toLowerCase())).map((one) => [`${at[1]}@${one.name} `, one.real_name]).slice(0, 5);
}
