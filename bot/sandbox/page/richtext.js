// rich_text blocks to nodes.

import { el, link } from "./dom.js";
import { emoji } from "./emoji.js";

export function richText(block, names) {
  return el("div", { class: "rich" }, block.elements.map((element) => part(element, names)));
}

function part(element, names) {
  const inner = () => (element.elements || []).map((one) => leaf(one, names));
  switch (element.type) {
    case "rich_text_preformatted": return el("pre", {}, inner());
    case "rich_text_quote": return el("blockquote", {}, inner());
    case "rich_text_list":
      return el(element.style === "ordered" ? "ol" : "ul", {}, element.elements.map((item) => el("li", {}, part(item, names))));
    default: return el("div", {}, inner());
  }
}

function leaf(one, names) {
  const styled = (node) => {
    const style = one.style || {};
    let made = node;
    if (style.code) made = el("code", {}, made);
    if (style.bold) made = el("strong", {}, made);
    if (style.italic) made = el("em", {}, made);
    if (style.strike) made = el("s", {}, made);
    return made;
  };
  switch (one.type) {
    case "text": return styled(one.text);
    case "link": return styled(link(one.url, one.text || one.url));
    case "user": return el("span", { class: "mention" }, `@${names.user(one.user_id) || one.user_id}`);
    case "channel": return el("span", { class: "mention" }, `#${names.channel(one.channel_id) || one.channel_id}`);
    case "broadcast": return el("span", { class: "mention" }, `@${one.range}`);
    case "emoji": return emoji(one.name);
    case "date": return new Date(one.timestamp * 1000).toLocaleString();
    case "color": return el("code", {}, one.value);
    default: return el("span", { class: "unsupported" }, `unsupported: ${one.type}`);
  }
}
