// The page: which conversation is open, what the stream says, and who one acts as.

import { button, el, fill } from "./dom.js";
import { get, me, post, stream } from "./api.js";
import { blocks } from "./blocks.js";
import { composer } from "./composer.js";
import { MessageList } from "./list.js";
import { closeView, showView, syncViews } from "./modal.js";
import { morph } from "./morph.js";
import { side } from "./side.js";
import { threadPane } from "./thread.js";
import { fail, toast } from "./toast.js";

const READ_MS = 800;
const SAID_MS = 10000;
const $ = (id) => document.getElementById(id);
const state = { world: null, channel: "", home: false, thread: null };
const gone = new Set(JSON.parse(sessionStorage.getItem("dismissed") || "[]"));

const names = {
  me: () => state.world.me,
  person: (id) => state.world.users.find((user) => user.id === id),
  user: (id) => names.person(id)?.real_name,
  channel: (id) => state.world.channels.find((channel) => channel.id === id)?.name,
  users: () => state.world.users.filter((user) => !user.is_bot),
  channels: () => state.world.channels.filter((channel) => !channel.is_im),
  title: (channel) => (channel.is_im ? names.user(channel.user) : channel.name) || channel.name,
};
const current = () => state.world.channels.find((channel) => channel.id === state.channel);

// Where messages stand, and what can be done with them.
function room(thread) {
  const where = (one) => ({ channel: state.channel, ts: one.ts });
  const at = (one, block, element) => ({ ...where(one), block_id: block.block_id, action_id: element.action_id });
  return {
    names, thread, openThread, scope: thread ? "thread" : "channel",
    react: (one, name, remove) => post("react", { ...where(one), name, remove }).catch(fail),
    press: (one, block, element, given) => post("click", { ...at(one, block, element), ...given }).catch(fail),
    options: (one, block, element, value) => post("options", { ...at(one, block, element), value }).catch((wrong) => { fail(wrong); return {}; }),
    shortcuts: () => (state.world.app.shortcuts || []).filter((one) => one.type === "message"),
    shortcut: (one, callback_id) => post("shortcut", { ...where(one), callback_id }).catch(fail),
    dismiss: (one) => {
      gone.add(one.ts);
      sessionStorage.setItem("dismissed", JSON.stringify([...gone]));
      for (const list of lists()) list.take(one.ts);
      if (document.activeElement === document.body) $("composer").querySelector("textarea").focus();
    },
  };
}

const timeline = new MessageList($("timeline"), room(false), (missed) => {
  $("jump").hidden = !missed;
  $("jump").textContent = `↓ ${missed} new ${missed === 1 ? "message" : "messages"}`;
});
$("jump").onclick = () => { timeline.end(); $("composer").querySelector("textarea").focus(); };
const lists = () => (state.thread ? [timeline, state.thread.list] : [timeline]);

function aside() {
  const open = state.home ? "" : state.channel;
  side($("side"), { world: state.world, names, open, home: state.home, go, act: (callback_id) => post("shortcut", { callback_id }).catch(fail) });
  $("side").querySelector(".on")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  const unread = state.world.channels.reduce((sum, channel) => sum + (channel.unread || 0), 0);
  const here = state.home ? "Home" : names.title(current());
  document.title = `${unread ? `(${unread}) ` : ""}${here} · Noodle sandbox`;
}

const go = {
  channel: (id) => openChannel(id).catch(fail),
  home: () => openHome().catch(fail),
  person: (name) => {
    const channel = current();
    location.search = new URLSearchParams({ as: name, channel: state.home ? "home" : channel.is_im ? `@${channel.name}` : channel.name });
  },
};

function typing(channel, thread) {
  return {
    draft: `draft ${me} ${channel} ${thread || ""}`, commands: state.world.app.commands, people: state.world.users,
    say: (text) => post("say", { channel, text, ...(thread ? { thread } : {}) }).then(() => true, (wrong) => { fail(wrong); return false; }),
  };
}

function remember(channel) {
  history.replaceState(null, "", `?${new URLSearchParams({ as: me, channel })}`);
}

async function openChannel(id) {
  closeThread();
  Object.assign(state, { channel: id, home: false });
  const channel = current();
  const unread = channel.unread || 0;
  channel.unread = 0;
  remember(channel.is_im ? `@${channel.name}` : channel.name);
  aside();
  timeline.clear();
  $("home").hidden = true;
  $("timeline").hidden = $("composer").hidden = false;
  fill($("head"), el("h1", {}, channel.is_im ? "" : "# ", names.title(channel)), channel.topic ? el("span", { class: "topic" }, channel.topic) : null);
  const label = `Message ${channel.is_im ? names.title(channel) : `#${channel.name}`}`;
  composer($("composer"), { ...typing(id), label }).focus();
  await load(unread);
  timeline.end();
}

// Reads the open conversations again: at first, after a break, and to tell that one has seen what came.
async function load(unread = 0) {
  const { channel, thread } = state;
  if (!channel || state.home) return;
  const wanted = (found) => found.messages.filter((one) => !gone.has(one.ts));
  const found = await get("messages", { channel });
  if (channel !== state.channel || state.home) return;
  const near = timeline.atEnd();
  timeline.show(wanted(found), unread);
  if (near) timeline.end();
  if (!thread || thread !== state.thread) return;
  const replies = await get("messages", { channel, thread: thread.ts });
  if (thread === state.thread) thread.list.show(wanted(replies));
}

async function openThread(ts) {
  const { channel } = state;
  const from = document.activeElement;
  const { list, field } = threadPane($("thread"), { room: room(true), close: closeThread, typing: typing(channel, ts) });
  state.thread = { ts, list, from };
  field.focus();
  await load().catch(fail);
  list.end();
}

function closeThread() {
  if (!state.thread) return;
  const { from, ts } = state.thread;
  const inside = $("thread").contains(document.activeElement);
  state.thread = null;
  $("thread").hidden = true;
  if (!inside) return;
  if (from?.isConnected && from !== document.body) from.focus();
  else timeline.focus($("timeline").querySelector(`[data-ts="${ts}"]`));
}

async function openHome() {
  closeThread();
  state.home = true;
  remember("home");
  aside();
  fill($("head"), el("h1", {}, `${state.world.app.name} · Home`));
  $("timeline").hidden = $("composer").hidden = $("jump").hidden = true;
  $("home").hidden = false;
  $("home").replaceChildren();
  homeView((await get("home")).view);
  await post("home");
}

function homeView(view) {
  if (!state.home) return;
  const at = (block, one) => ({ view_id: view.id, block_id: block.block_id, action_id: one.action_id });
  const scene = {
    names, scope: "home",
    press: (block, one, given) => post("click", { ...at(block, one), ...given }).catch(fail),
    options: (block, one, value) => post("options", { ...at(block, one), value }).catch((wrong) => { fail(wrong); return {}; }),
  };
  morph($("home"), el("div", {}, view ? blocks(view.blocks, scene) : el("p", { class: "empty" }, "Nothing here yet …")));
}

const TOLD = {
  message: (event) => came(event.channel, event.message),
  ephemeral: (event) => came(event.channel, event.message),
  changed: (event) => changed(event.channel, event.message),
  deleted: (event) => event.channel === state.channel && lists().forEach((list) => list.take(event.ts)),
  reaction: (event) => {
    if (event.channel !== state.channel) return;
    for (const list of lists()) { const one = list.get(event.ts); if (one) list.put({ ...one, reactions: event.reactions }); }
  },
  view_opened: (event) => showView(event.view, names),
  view_updated: (event) => showView(event.view, names),
  view_closed: (event) => closeView(event.view_id || event.view?.id),
  home: (event) => homeView(event.view),
  error: (event) => toast(event.text),
};

// The lists a message belongs into.
function homes(one) {
  const root = one.thread_ts || one.ts;
  const found = root === one.ts || one.reply_broadcast ? [timeline] : [];
  if (state.thread?.ts === root) found.push(state.thread.list);
  return found;
}

function came(channel, one) {
  const known = state.world.channels.find((other) => other.id === channel);
  if (!known) return refresh().catch(fail);
  const mine = one.user === state.world.me;
  const reply = one.thread_ts && one.thread_ts !== one.ts && !one.reply_broadcast;
  if (channel !== state.channel || state.home) {
    if (!mine && !reply && !one.ephemeral) { known.unread = (known.unread || 0) + 1; aside(); }
    return;
  }
  for (const list of homes(one)) list.put(one, { follow: mine || one.ephemeral });
  if (!mine) announce(`${names.user(one.user) || "App"}: ${plainly(one)}`);
  read();
}

// For screen readers: only what is new, once.
function announce(words) {
  const said = el("p", {}, words);
  $("announcer").append(said);
  setTimeout(() => said.remove(), SAID_MS);
}

const plainly = (one) => (one.text || "New message").replace(/<[^>|]*\|([^>]*)>/g, "$1").replace(/[*_~`]/g, "").slice(0, 300);

function changed(channel, one) {
  if (channel !== state.channel || state.home || gone.has(one.ts)) return;
  for (const list of homes(one)) if (list.get(one.ts)) list.put(one);
}

// Reading the channel is what tells the server that all of it was seen.
let reading = 0;
function read() {
  if (!reading) reading = setTimeout(() => { reading = 0; load().catch(() => {}); }, READ_MS);
}

async function refresh() {
  const before = state.world && current();
  state.world = await get("world");
  if (before && !current()) return openChannel((state.world.channels.find((one) => one.name === before.name) || names.channels()[0]).id);
  if (before && !state.home) current().unread = 0;
  aside();
}

// What happened while nobody listened: before the stream began, or while it was away.
async function catchUp() {
  await load();
  if (state.home) homeView((await get("home")).view);
  await syncViews(names);
}

async function start() {
  state.world = await get("world");
  const wanted = new URLSearchParams(location.search).get("channel") || "releases";
  const all = state.world.channels;
  const first = all.find((one) => (one.is_im ? `@${one.name}` : one.name) === wanted) || names.channels().find((one) => one.name === "releases") || names.channels()[0];
  let lost = false;
  state.channel = first.id;
  if (wanted === "home") await openHome();
  else await openChannel(first.id);
  stream((event) => TOLD[event.type]?.(event), () => {
    $("offline").hidden = true;
    (lost ? refresh().then(catchUp) : catchUp()).then(() => { document.body.dataset.ready = "yes"; }).catch(fail);
    lost = false;
  }, () => {
    lost = true;
    document.body.dataset.ready = "no";
    $("offline").hidden = false;
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (state.thread) closeThread();
  else if ($("timeline").contains(document.activeElement)) $("composer").querySelector("textarea").focus();
});

start().catch((wrong) => {
  fail(wrong);
  if (wrong.message === "user_not_found") fill($("main"), el("p", { class: "empty lone" }, `Nobody here is called ${me}. `, button("Act as Ada", () => { location.search = "?as=ada"; }, { class: "b-button" })));
});
