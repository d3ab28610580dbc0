// Where one types: Enter says it, Shift+Enter breaks the line, ↑ brings back what was said, / and @ suggest.
// What is not yet said waits for its conversation, also over a reload.

import { el, fill } from "./dom.js";

const said = [];

export function composer(form, { label, commands, people, thread, say, draft }) {
  const id = form.id || "reply";
  const hints = el("ul", { class: "hints", role: "listbox", id: `${id}-hints`, "aria-label": "Suggestions", hidden: true });
  const field = el("textarea", { rows: 1, "aria-label": label, placeholder: label, spellcheck: "false", dir: "auto", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": hints.id });
  let back = said.length;
  let at = 0;

  const grow = () => { field.style.height = "auto"; field.style.height = `${Math.min(field.scrollHeight, 200)}px`; };
  const put = (text) => { field.value = text; field.setSelectionRange(text.length, text.length); changed(); };
  const changed = () => { grow(); suggest(); keep(draft, field.value); };
  const hide = () => { hints.hidden = true; field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); };
  const point = (to) => {
    at = (to + hints.children.length) % hints.children.length;
    [...hints.children].forEach((one, n) => one.setAttribute("aria-selected", String(n === at)));
    field.setAttribute("aria-activedescendant", hints.children[at].id);
    hints.children[at].scrollIntoView({ block: "nearest" });
  };
  const suggest = () => {
    const found = options(field.value, commands, people, thread);
    if (!found.length) return hide();
    fill(hints, found.map(([value, name, about], n) => el("li", { role: "option", id: `${id}-hint-${n}`, onmousedown: (event) => { event.preventDefault(); put(value); } }, el("b", {}, name), ` ${about}`)));
    for (const [n, [value]] of found.entries()) hints.children[n].told = value;
    hints.hidden = false;
    field.setAttribute("aria-expanded", "true");
    point(0);
  };
  const send = async () => {
    const text = field.value.trim();
    if (!text) return;
    said.push(text);
    back = said.length;
    put("");
    if (!(await say(text)) && !field.value) put(text);
  };
  const hinted = (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") point(at + (event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) put(hints.children[at].told);
    else if (event.key === "Escape") { event.stopPropagation(); hide(); } else return;
    event.preventDefault();
  };
  const plain = (event) => {
    const atEdge = !field.value || field.value === said[back];
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); send(); }
    if (event.key === "ArrowUp" && atEdge && back > 0) { event.preventDefault(); put(said[--back]); }
    if (event.key === "ArrowDown" && atEdge && back < said.length) { event.preventDefault(); put(said[++back] || ""); }
  };

  field.oninput = changed;
  field.onblur = hide;
  field.onkeydown = (event) => { if (!event.isComposing) (hints.hidden ? plain : hinted)(event); };
  form.onsubmit = (event) => { event.preventDefault(); send(); };
  fill(form, hints, field, el("button", { type: "submit", class: "send", "aria-label": "Send" }, "➤"));
  field.value = sessionStorage.getItem(draft) || "";
  grow();
  return field;
}

function keep(draft, text) {
  if (text) sessionStorage.setItem(draft, text);
  else sessionStorage.removeItem(draft);
}

// Returns what may be meant: the whole text with it, its name, and a word about it.
function options(text, commands, people, thread) {
  if (text.startsWith("/") && !/\s/.test(text)) {
    if (thread) return [["@noodle ", "@noodle", "slash commands do not work in threads; a mention does"]];
    return commands.filter((one) => one.command.startsWith(text)).map((one) => [`${one.command} `, one.command, [one.usage_hint, one.description].filter(Boolean).join(" · ")]);
  }
  const found = text.match(/^(.*\s|)@(\w*)$/s);
  if (!found) return [];
  const wanted = found[2].toLowerCase();
  return people.filter((one) => one.name.startsWith(wanted) || one.real_name.toLowerCase().startsWith(wanted)).slice(0, 6).map((one) => [`${found[1]}@${one.name} `, `@${one.name}`, one.real_name]);
}
