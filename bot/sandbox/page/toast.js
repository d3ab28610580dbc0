// Short words about what went wrong. They lie above dialogs, go by themselves, and can be pressed away.

import { button, el } from "./dom.js";

const SECONDS = 9;
const SAID = {
  unreachable: "The sandbox does not answer. Is it running?",
  slash_commands_not_in_threads: "Slash commands do not work in threads. Say @noodle … instead.",
  unknown_command: "No app here knows this command. Try /noodle help.",
  already_reacted: "", no_reaction: "", // the other window was faster
  operation_timeout: "", dispatch_failed: "", // the stream tells of these
  message_not_found: "This message is gone.",
  element_not_found: "This button is gone: the message has changed.",
  channel_not_found: "This channel is not there, or is not yours to see.",
  not_found: "This dialog is no longer open.",
};

export function words(wrong) {
  return SAID[wrong.message] ?? wrong.message;
}

export function fail(wrong) {
  if (!(wrong.message in SAID)) console.error(wrong);
  const said = words(wrong);
  if (said) toast(said);
}

export function toast(said) {
  const box = document.getElementById("toasts");
  if ([...box.children].some((one) => one.firstChild.textContent === said)) return;
  const end = () => { one.remove(); if (!box.children.length && box.matches(":popover-open")) box.hidePopover(); };
  const one = el("div", { class: "toast" }, el("span", { dir: "auto" }, said), button("×", end, { class: "x", "aria-label": "Dismiss" }));
  box.append(one);
  if (box.children.length > 4) box.firstChild.remove();
  // shown anew, it lies above a dialog that opened meanwhile
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover();
  setTimeout(end, SECONDS * 1000);
}
