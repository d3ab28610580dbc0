// The side: who one acts as, and the conversations there are.

import { button, el } from "./dom.js";
import { morph } from "./morph.js";

export function side(place, { world, names, open, home, go, act }) {
  const entry = (channel, title) => {
    const on = channel.id === open;
    const sign = channel.is_im ? "● " : "# ";
    return el("li", { "data-key": channel.id }, button([el("span", { class: "sign", "aria-hidden": "true" }, sign), el("span", { class: "name" }, title),
      channel.unread ? el("span", { class: "unread", "aria-label": `${channel.unread} unread` }, String(channel.unread)) : null],
    () => go.channel(channel.id), { class: [on ? "on" : "", channel.unread ? "new" : ""].join(" ").trim(), "aria-current": on ? "page" : null }));
  };
  const { app } = world;
  const direct = world.channels.filter((channel) => channel.is_im && channel.user !== app.user_id);
  const bot = world.channels.filter((channel) => channel.is_im && channel.user === app.user_id);
  const who = el("select", { onchange: (event) => go.person(event.target.value) }, names.users().map((user) => el("option", { value: user.name, selected: user.id === world.me }, user.real_name)));
  who.spec = JSON.stringify([world.me, world.users]);
  const shortcuts = (app.shortcuts || []).filter((one) => one.type === "global");
  morph(place, el("nav", {}, el("div", { class: "team" }, "🍜 ", world.team.name), el("label", { class: "who" }, el("span", {}, "You act as "), who),
    el("h2", { "data-key": "channels" }, "Channels"), el("ul", { "data-key": "channels" }, names.channels().map((channel) => entry(channel, channel.name))),
    direct.length ? [el("h2", { "data-key": "people" }, "People"), el("ul", { "data-key": "people" }, direct.map((channel) => entry(channel, names.title(channel))))] : null,
    el("h2", { "data-key": "app" }, app.name), el("ul", { "data-key": "app" },
      el("li", { "data-key": "home" }, button([el("span", { class: "sign", "aria-hidden": "true" }, "⌂ "), "Home"], go.home, { class: home ? "on" : "", "aria-current": home ? "page" : null })), bot.map((channel) => entry(channel, "Messages")),
      shortcuts.map((one) => el("li", { "data-key": one.callback_id }, button([el("span", { class: "sign", "aria-hidden": "true" }, "⚡ "), one.name], () => act(one.callback_id), { title: one.description }))))));
}
