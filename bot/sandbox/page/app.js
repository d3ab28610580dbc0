// The page: which conversation is open, what the stream says, and who one acts as.

import { button, el, fill } from "./dom.js";
import { get, me, post, stream } from "./api.js";
import { blocks } from "./blocks.js";
import { composer } from "./composer.js";
import { message } from "./message.js";
import { closeView, showView } from "./modal.js";

const $ = (id) => document.getElementById(id);
const state = { world: null, channel: "", thread: "", home: false };

const ERRORS = {
  slash_commands_not_in_threads: "Slash commands do not work in threads. Say @noodle … instead.",
  operation_timeout: "The app did not answer in time.",
};

const names = {
  me: () => state.world.me,
  person: (id) => state.world.users.find((user) => user.id === id),
  app: () => state.world.users.find((user) => user.id === state.world.app.user_id),
  user: (id) => names.person(id)?.real_name,
  channel: (id) => state.world.channels.find((channel) => channel.id === id)?.name,
  users: () => state.world.users.filter((user) => !user.is_bot),
  channels: () => state.world.channels.filter((channel) => !channel.is_im),
};

function fail(wrong) {
  const said = el("div", { class: "toast" }, ERRORS[wrong.message] || wrong.message);
  $("toasts").append(said);
  setTimeout(() => said.remove(), 6000);
}

function room(thread) {
  return {
    names, thread, openThread,
    react: (one, name, remove) => post("react", { channel: state.channel, ts: one.ts, name, remove }).catch(fail),
    press: (one, block, element, given) =>
      post("click", { channel: state.channel, ts: one.ts, block_id: block.block_id, action_id: element.action_id, ...given }).catch(fail),
  };
}

function title(channel) {
  return channel.is_im ? names.user(channel.user) || channel.name : channel.name;
}

function side() {
  const entry = (channel) => el("li", {}, button([channel.is_im ? "● " : "# ", title(channel), channel.unread ? el("span", { class: "unread" }, String(channel.unread)) : null],
    () => openChannel(channel.id), { class: !state.home && channel.id === state.channel ? "on" : "", "aria-current": !state.home && channel.id === state.channel ? "page" : null }));
  const app = state.world.app;
  const channels = names.channels();
  const direct = state.world.channels.filter((channel) => channel.is_im && channel.user !== app.user_id);
  const bot = state.world.channels.find((channel) => channel.is_im && channel.user === app.user_id);
  const who = el("select", { "aria-label": "Act as", onchange: () => { location.search = `?as=${who.value}`; } },
    names.users().map((user) => el("option", { value: user.name, selected: user.id === state.world.me }, user.real_name)));
  fill($("side"), el("div", { class: "team" }, "🍜 ", state.world.team.name),
    el("label", { class: "who" }, "You act as ", who),
    el("h2", {}, "Channels"), el("ul", {}, channels.map(entry)),
    direct.length ? [el("h2", {}, "People"), el("ul", {}, direct.map(entry))] : null,
    el("h2", {}, app.name), el("ul", {}, el("li", {}, button("⌂ Home", openHome, { class: state.home ? "on" : "" })), bot ? entry(bot) : null,
      (app.shortcuts || []).filter((one) => one.type === "global").map((one) => el("li", {}, button(`⚡ ${one.name}`, () => post("shortcut", { callback_id: one.callback_id }).catch(fail))))));
}

async function timeline(follow = true) {
  const list = $("timeline");
  const near = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  const found = await get("messages", { channel: state.channel });
  fill(list, found.messages.map((one) => message(one, room(false))));
  if (follow && near) list.scrollTop = list.scrollHeight;
}

async function threadline() {
  if (!state.thread) return;
  const found = await get("messages", { channel: state.channel, thread: state.thread });
  const list = $("thread").querySelector("ol");
  if (!list) return;
  fill(list, found.messages.map((one) => message(one, room(true))));
  list.scrollTop = list.scrollHeight;
}

function openChannel(id) {
  Object.assign(state, { channel: id, home: false });
  closeThread();
  const channel = state.world.channels.find((one) => one.id === id);
  channel.unread = 0;
  side();
  $("home").hidden = true;
  $("timeline").hidden = $("composer").hidden = false;
  fill($("head"), el("h1", {}, channel.is_im ? "" : "# ", title(channel)), el("span", { class: "topic" }, channel.topic || ""));
  const field = composer($("composer"), {
    label: `Message ${channel.is_im ? title(channel) : `#${channel.name}`}`, commands: state.world.app.commands, people: state.world.users,
    say: (text) => post("say", { channel: id, text }).then(() => true, (wrong) => { fail(wrong); return false; }),
  });
  timeline().then(() => { $("timeline").scrollTop = $("timeline").scrollHeight; field.focus(); }).catch(fail);
}

function openThread(ts) {
  state.thread = ts;
  const pane = $("thread");
  const form = el("form", { autocomplete: "off", class: "composer" });
  fill(pane, el("header", {}, el("h2", {}, "Thread"), button("×", closeThread, { "aria-label": "Close thread", class: "x" })), el("ol", { "aria-live": "polite" }), form);
  pane.hidden = false;
  const channel = state.channel;
  composer(form, {
    label: "Reply …", commands: state.world.app.commands, people: state.world.users, thread: true,
    say: (text) => post("say", { channel, text, thread: ts }).then(() => true, (wrong) => { fail(wrong); return false; }),
  }).focus();
  threadline().catch(fail);
}

function closeThread() {
  state.thread = "";
  $("thread").hidden = true;
}

async function openHome() {
  state.home = true;
  closeThread();
  side();
  fill($("head"), el("h1", {}, `${state.world.app.name} · Home`));
  $("timeline").hidden = $("composer").hidden = true;
  $("home").hidden = false;
  await post("home").catch(fail);
  homeView((await get("home")).view);
}

function homeView(view) {
  if (!state.home) return;
  if (!view) return fill($("home"), el("p", { class: "empty" }, "Nothing here yet …"));
  const press = (block, one, given) => post("click", { view_id: view.id, block_id: block.block_id, action_id: one.action_id, ...given }).catch(fail);
  fill($("home"), blocks(view.blocks, names, press));
}

function heard(event) {
  if (event.type === "view_opened" || event.type === "view_updated") return showView(event.view, names, fail);
  if (event.type === "view_closed") return closeView(event.view_id || event.view?.id);
  if (event.type === "home") return homeView(event.view);
  if (event.type === "error") return fail(new Error(event.text));
  if (!event.channel) return;
  if (event.channel === state.channel && !state.home) soon();
  else if (event.type === "message") mark(event.channel);
}

function mark(id) {
  const channel = state.world.channels.find((one) => one.id === id);
  if (!channel) return refresh().catch(fail);
  channel.unread = (channel.unread || 0) + 1;
  side();
}

// Many changes at once are one refresh.
let waiting = 0;
function soon() {
  if (waiting) return;
  waiting = setTimeout(() => { waiting = 0; timeline().catch(fail); threadline().catch(fail); }, 40);
}

async function refresh() {
  state.world = await get("world");
  side();
}

async function start() {
  await refresh();
  const wanted = new URLSearchParams(location.search).get("channel") || "releases";
  const first = names.channels().find((channel) => channel.name === wanted) || names.channels()[0];
  openChannel(first.id);
  for (const view of (await get("views")).stack) showView(view, names, fail);
  let lost = false;
  stream(heard, () => {
    $("offline").hidden = true;
    if (lost) refresh().then(() => timeline()).then(threadline).catch(fail);
    lost = false;
  }, () => { lost = true; $("offline").hidden = false; });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && state.thread && !document.querySelector("dialog[open]")) closeThread();
});

start().catch(fail);
