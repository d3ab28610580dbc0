// Slack's markup to nodes. Foreign text arrives escaped (&lt; &gt; &amp;) and leaves as text.

import { el, link } from "./dom.js";
import { emoji } from "./emoji.js";

const ANGLE = /<([^<>]+)>/;
const STYLES = [
  [/(^|[\s(>*_~])`([^`\n]+)`/, (text) => el("code", {}, plain(text))],
  [/(^|[\s(>_~])\*(?!\s)([^*\n]+?)\*(?=$|[\s).,:;!?_~])/, (text, names) => el("strong", {}, inline(text, names))],
  [/(^|[\s(>*~])_(?!\s)([^_\n]+?)_(?=$|[\s).,:;!?*~])/, (text, names) => el("em", {}, inline(text, names))],
  [/(^|[\s(>*_])~(?!\s)([^~\n]+?)~(?=$|[\s).,:;!?*_])/, (text, names) => el("s", {}, inline(text, names))],
];

export function plain(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export function mrkdwn(text, names) {
  const parts = String(text ?? "").split("```");
  return parts.map((part, index) => (index % 2 ? el("pre", {}, plain(part.replace(/^\n|\n$/g, ""))) : paragraphs(part, names)));
}

function paragraphs(text, names) {
  const nodes = [];
  let quote = [];
  const lines = text.split("\n");
  const end = () => {
    if (quote.length) nodes.push(el("blockquote", {}, quote.map((line) => [inline(line, names), el("br")])));
    quote = [];
  };
  lines.forEach((line, index) => {
    if (line.startsWith("&gt;")) return quote.push(line.slice(4).trimStart());
    end();
    nodes.push(inline(line, names));
    if (index < lines.length - 1) nodes.push(el("br"));
  });
  end();
  return nodes;
}

function inline(text, names) {
  const code = text.match(STYLES[0][0]);
  const angle = text.match(ANGLE);
  if (code && (!angle || code.index < angle.index)) return around(text, code, STYLES[0][1], names);
  if (angle) {
    return [inline(text.slice(0, angle.index), names), bracket(angle[1], names), inline(text.slice(angle.index + angle[0].length), names)];
  }
  const found = STYLES.slice(1).map(([pattern, make]) => [text.match(pattern), make]).filter(([match]) => match);
  if (!found.length) return emojied(text);
  found.sort((a, b) => a[0].index - b[0].index);
  return around(text, found[0][0], found[0][1], names);
}

function around(text, match, make, names) {
  const before = text.slice(0, match.index) + match[1];
  return [inline(before, names), make(match[2], names), inline(text.slice(match.index + match[0].length), names)];
}

function emojied(text) {
  return text.split(/(:[a-z0-9_+-]+:)/).map((part) => (/^:[a-z0-9_+-]+:$/.test(part) ? emoji(part.slice(1, -1)) : plain(part)));
}

function bracket(inner, names) {
  const [target, ...rest] = inner.split("|");
  const label = plain(rest.join("|"));
  if (target.startsWith("@")) return el("span", { class: "mention" }, `@${names.user(target.slice(1)) || label || target.slice(1)}`);
  if (target.startsWith("#")) return el("span", { class: "mention" }, `#${names.channel(target.slice(1)) || label}`);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return el("span", { class: "mention" }, `@${label || target.slice(1)}`);
  return link(plain(target), label || plain(target));
}

function date(target, label) {
  const [, seconds, format] = target.split("^");
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return label;
  const day = at.toDateString() === new Date().toDateString() ? "today" : at.toLocaleDateString([], { day: "numeric", month: "short" });
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return el("time", { datetime: at.toISOString(), title: at.toLocaleString() }, format.replace(/\{date[a-z_]*\}/, day).replace(/\{time[a-z_]*\}/, time));
}
