// Slack's markup, and the markdown block's, to nodes. Foreign text arrives escaped (&lt; &gt; &amp;) and leaves as text.

import { el, link } from "./dom.js";
import { emoji } from "./emoji.js";

const CODE = /`([^`\n]+)`/g;
const ANGLE = /<([^<>\n]+)>/g;
const EMOJI = /:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/g;
// code, links and emoji stand in the text as one character of the private area while styles are looked for
const HOLE = /([\ue000-\uf8ff])/;
const MARKS = [["*", "strong"], ["_", "em"], ["~", "s"]].map(([sign, tag]) => {
  const s = `[${sign}]`;
  return [new RegExp(`(^|[^\\p{L}\\p{N}${sign}])${s}(?![\\s${sign}])([^${sign}\\n]*[^\\s${sign}])${s}(?=$|[^\\p{L}\\p{N}${sign}])`, "u"), tag];
});

export function plain(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

// A text object, of either kind.
export function text(object, names) {
  if (!object) return "";
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : shortcodes(object.text);
}

// In plain text only :emoji: mean something.
const shortcodes = (said) => said.replace(/:([a-z0-9_+-]+):/g, (_, name) => emoji(name));

export function mrkdwn(text, names) {
  const parts = String(text ?? "").split("```");
  const closed = parts.length % 2 ? parts : [...parts.slice(0, -2), parts.slice(-2).join("```")];
  return closed.map((part, index) => (index % 2 ? el("pre", { tabindex: 0 }, plain(part.replace(/^\n|\n$/g, ""))) : paragraphs(part, names, index)));
}

function paragraphs(text, names, index) {
  const nodes = [];
  let quote = [];
  const lines = quoted((index ? text.replace(/^\n/, "") : text).split("\n"));
  const end = () => {
    if (quote.length) nodes.push(el("blockquote", {}, quote.map((line, n) => [n ? el("br") : null, inline(line, names)])));
    quote = [];
  };
  lines.forEach((line, n) => {
    const said = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (said) return quote.push(said[1]);
    end();
    nodes.push(inline(line, names));
    if (n < lines.length - 1) nodes.push(el("br"));
  });
  end();
  return nodes;
}

// What follows >>> is quoted to the end.
function quoted(lines) {
  const from = lines.findIndex((line) => /^(?:&gt;|>){3}/.test(line));
  return lines.map((line, n) => (from < 0 || n < from ? line : `>${line.replace(n === from ? /^(?:&gt;|>){3}/ : "", "")}`));
}

function inline(line, names) {
  const held = [];
  const hold = (node) => String.fromCharCode(0xe000 + held.push(node) - 1);
  const text = line.replace(/[\ue000-\uf8ff]/g, "\ufffd")
    .replace(CODE, (_, code) => hold(el("code", {}, plain(code.replace(ANGLE, (_, inner) => inner.split("|").at(-1))))))
    .replace(ANGLE, (_, inner) => hold(bracket(inner, names)))
    .replace(EMOJI, (whole, name) => { const sign = emoji(name); return sign === whole ? whole : hold(el("span", { title: whole }, sign)); });
  return styled(text, held);
}

function styled(text, held) {
  const found = MARKS.map(([pattern, tag]) => [text.match(pattern), tag]).filter(([match]) => match);
  if (!found.length) return text.split(HOLE).map((part) => (HOLE.test(part) ? held[part.charCodeAt(0) - 0xe000] : plain(part)));
  const begin = ([match]) => match.index + match[1].length;
  const outer = found.reduce((first, one) => (begin(one) < begin(first) ? one : first));
  const [match, tag] = outer;
  const start = begin(outer);
  return [styled(text.slice(0, start), held), el(tag, {}, styled(match[2], held)), styled(text.slice(match.index + match[0].length), held)];
}

function bracket(inner, names) {
  const [target, ...rest] = inner.split("|");
  const label = plain(rest.join("|"));
  if (target.startsWith("@")) return mention(`@${names.user(target.slice(1)) || label || target.slice(1)}`, target.slice(1) === names.me());
  if (target.startsWith("#")) return mention(`#${names.channel(target.slice(1)) || label || target.slice(1)}`);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return mention(`@${label.replace(/^@/, "") || target.slice(1)}`);
  return link(plain(target), {}, shortcodes(label) || plain(target));
}

export function mention(text, mine = false) {
  return el("span", { class: mine ? "mention mine" : "mention" }, text);
}

function date(target, label) {
  const [, seconds, format = "", url] = target.split("^");
  const shown = moment(Number(seconds), format) || label;
  return url ? link(plain(url), {}, shown) : shown;
}

const near = (at, days) => at.toDateString() === new Date(Date.now() + days * 864e5).toDateString();
const AGO = [[31536000, "year"], [2592000, "month"], [86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];
const DATES = {
  date_num: (at) => at.toLocaleDateString("sv"), // Swedish dates are ISO 8601, and local
  date: (at) => at.toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" }),
  date_short: (at) => at.toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" }),
  date_long: (at) => at.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  time: (at) => at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }),
  time_secs: (at) => at.toLocaleTimeString(),
  ago: (at) => {
    const seconds = (at.getTime() - Date.now()) / 1000;
    const [size, unit] = AGO.find(([least]) => Math.abs(seconds) >= least) || AGO.at(-1);
    return new Intl.RelativeTimeFormat([], { numeric: "auto" }).format(Math.round(seconds / size), unit);
  },
};

export function moment(seconds, format) {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return null;
  const said = format.replace(/\{([a-z_]+?)(_pretty)?\}/g, (whole, name, pretty) => {
    if (pretty && near(at, 0)) return "today";
    if (pretty && near(at, -1)) return "yesterday";
    return DATES[name]?.(at) ?? whole;
  });
  return el("time", { datetime: at.toISOString(), title: at.toLocaleString() }, said);
}

// The markdown block: headings, lists, **bold**, [links](…) become Slack's own marks, and the rest is as above.
export function markdown(text, names) {
  return mrkdwn(text.replace(/&(?!lt;|gt;|amp;)/g, "&amp;").split("```").map((part, index) => (index % 2 ? `\n${part.replace(/^\w*\n/, "")}` : marks(part))).join("```"), names);
}

function marks(text) {
  // what stands in code keeps its signs
  const kept = [];
  return text.replace(/[\ue000-\uf8ff]/g, "\ufffd").replace(/</g, "&lt;")
    .replace(CODE, (code) => String.fromCharCode(0xe000 + kept.push(code) - 1))
    .replace(/^(\s*)[-*] +/gm, "$1• ")
    .replace(/\[([^\]\n]+)\]\((https?:[^)\s]+)\)/g, "<$2|$1>")
    .replace(/(?<![\w*])\*(?![\s*])([^*\n]+)\*(?!\*)/g, "_$1_")
    .replace(/\*\*\*([^*\n]+)\*\*\*/g, "*_$1_*")
    .replace(/\*\*([^*\n]+)\*\*|__([^_\n]+)__/g, "*$1$2*")
    .replace(/~~([^~\n]+)~~/g, "~$1~")
    .replace(/^#{1,6} +(.+)$/gm, (_, title) => `*${title.replaceAll("*", "")}*`)
    .replace(new RegExp(HOLE, "g"), (hole) => kept[hole.charCodeAt(0) - 0xe000]);
}
