// The blocks that hold others or show data: tables, charts, tasks, cards, videos.

import { el, link, picture } from "./dom.js";
import { blocks, element, image } from "./blocks.js";
import { text } from "./mrkdwn.js";
import { richText } from "./richtext.js";

export const RICHER = { table, data_table: table, data_visualization: chart, task_card: task, plan, card, carousel, container, video, file };

const ALIGN = ["left", "center", "right"];

function table(block, scene) {
  const cell = (one) => (one.type === "rich_text" ? richText(one, scene.names) : String(one.text ?? one.value ?? ""));
  const align = (column) => `text-align:${ALIGN.find((side) => side === block.column_settings?.[column]?.align) || "left"}`;
  return el("div", { class: "b-table", tabindex: 0, role: "region", "aria-label": block.caption || "Table" },
    el("table", {}, block.caption ? el("caption", {}, block.caption) : null,
      block.rows.map((row, n) => el("tr", {}, row.map((one, column) => el(n ? "td" : "th", { style: align(column), scope: n ? null : "col" }, cell(one)))))));
}

// A chart as bars with their numbers: the same words and values, and nothing to load.
function chart(block) {
  const rows = block.chart.segments || block.chart.series.flatMap((series) => series.data.map((point) => ({ ...point, label: `${series.name} · ${point.label}` })));
  const most = Math.max(...rows.map((row) => Math.abs(row.value)), Number.MIN_VALUE);
  return el("figure", { class: "b-chart" }, el("figcaption", {}, block.title), el("table", {}, rows.map((row) => el("tr", {}, el("th", { scope: "row" }, row.label),
    el("td", {}, el("i", { style: `--part:${Math.round((100 * Math.abs(row.value)) / most)}%` })), el("td", {}, String(row.value))))));
}

const STATUS = { pending: "○", in_progress: "◐", complete: "✅", error: "❌" };

function task(block, scene) {
  return el("div", { class: "b-task" }, el("div", {}, el("span", { role: "img", "aria-label": block.status || "pending" }, STATUS[block.status] || "○"), " ", el("strong", {}, block.title)),
    [block.details, block.output].filter(Boolean).map((one) => richText(one, scene.names)),
    (block.sources || []).map((one) => el("div", {}, link(one.url, {}, one.text || one.url))));
}

function plan(block, scene) {
  return el("div", { class: "b-card" }, el("strong", {}, block.title), (block.tasks || []).map((one) => task(one, scene)));
}

function card(block, scene) {
  const line = (name, tag = "div") => (block[name] ? el(tag, { class: name }, text(block[name], scene.names)) : null);
  return el("div", { class: "b-card" }, block.hero_image ? image(block.hero_image) : null,
    el("div", { class: "top" }, block.icon ? el("span", { class: "icon" }, image(block.icon)) : null, el("div", {}, line("title", "strong"), line("subtitle"))),
    line("body"), line("subtext", "small"), block.actions ? el("div", { class: "b-actions" }, block.actions.map((one) => element(block, one, scene))) : null);
}

function carousel(block, scene) {
  return el("div", { class: "b-carousel", tabindex: 0, role: "region", "aria-label": "Cards" }, block.elements.map((one) => card({ block_id: block.block_id, ...one }, scene)));
}

function container(block, scene) {
  const inside = () => blocks(block.child_blocks, scene);
  const head = [block.icon ? el("span", { class: "icon" }, image(block.icon)) : null, el("strong", {}, text(block.title, scene.names)), block.subtitle ? el("span", { class: "subtitle" }, text(block.subtitle, scene.names)) : null];
  if (block.is_collapsible) return el("details", { class: "b-card", open: !block.default_collapsed }, el("summary", {}, head), inside());
  return el("div", { class: "b-card" }, block.title || block.icon ? el("div", { class: "top" }, head) : null, inside());
}

function video(block, scene) {
  return el("figure", { class: "b-video" }, el("figcaption", {}, link(block.title_url || block.video_url, {}, "▶ ", text(block.title, scene.names)), block.author_name ? ` · ${block.author_name}` : ""),
    picture(block.thumbnail_url, block.alt_text), block.description ? el("div", {}, text(block.description, scene.names)) : null);
}

function file(block) {
  return el("div", { class: "b-card" }, "📎 ", block.external_id);
}
