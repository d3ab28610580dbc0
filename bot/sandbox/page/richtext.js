// rich_text blocks to nodes.

import { el, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { mention, moment } from "./mrkdwn.js";

export function richText(block, names) {
  return el("div", { class: "rich" }, block.elements.map((element) => part(element, names)));
}

function part(element, names) {
  const inner = () => (element.elements || []).map((one) => leaf(one, names));
  switch (element.type) {
    case "rich_text_preformatted": return el("pre", { tabindex: 0 }, inner());
    case "rich_text_quote": return el("blockquote", {}, inner());
    case "rich_text_list": {
      const ordered = element.style === "ordered";
      return el(ordered ? "ol" : "ul", { class: "list", style: `--indent:${element.indent || 0}`, start: ordered && element.offset ? element.offset + 1 : null },
        element.elements.map((item) => el("li", {}, part(item, names))));
    }
    default: return el("div", {}, inner());
  }
}

const STYLES = { code: "code", bold: "strong", italic: "em", strike: "s", underline: "u", highlight: "mark", client_highlight: "mark" };

function leaf(one, names) {
  const tags = Object.entries(STYLES).filter(([style]) => one.style?.[style]);
  return tags.reduce((node, [, tag]) => el(tag, {}, node), bare(one, names));
}

function bare(one, names) {
  switch (one.type) {
    case "text": return one.text;
    case "link": return link(one.url, {}, one.text || one.url);
    case "user": return mention(`@${names.user(one.user_id) || one.user_id}`, one.user_id === names.me());
    case "usergroup": return mention(`@${one.usergroup_id}`);
    case "team": return mention(`@${one.team_id}`);
    case "channel": return mention(`#${names.channel(one.channel_id) || one.channel_id}`);
    case "broadcast": return mention(`@${one.range}`);
    case "emoji": return emoji(one.name);
    case "date": return moment(one.timestamp, one.format) || one.fallback || "";
    case "color": return el("span", { class: "color" }, el("i", { style: `--tint:${/^#[0-9a-f]{3,8}$/i.test(one.value) ? one.value : "transparent"}` }), one.value);
    default: return el("span", { class: "unsupported" }, `unsupported: ${one.type}`);
  }
}
