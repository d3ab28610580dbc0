// Makes one tree look like another and keeps the nodes there are, so that focus, scrolling and what somebody
// has typed or opened survive a change around them.

const HEARD = ["onclick", "onchange", "oninput", "onkeydown", "onfocus", "onerror"];

export function morph(old, fresh) {
  const rest = [...old.childNodes];
  let at = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const found = match(rest, wanted);
    if (!found) { old.insertBefore(wanted, at); continue; }
    rest.splice(rest.indexOf(found), 1);
    if (found === at) at = at.nextSibling;
    else old.insertBefore(found, at);
    become(found, wanted);
  }
  for (const gone of rest) gone.remove();
}

function match(rest, wanted) {
  const key = keyed(wanted);
  if (key) return rest.find((one) => keyed(one) === key);
  const first = rest.find((one) => !keyed(one));
  return first && first.nodeName === wanted.nodeName && first.className === wanted.className ? first : undefined;
}

const keyed = (node) => node.dataset?.key && `${node.nodeName} ${node.dataset.key}`;

function become(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.spec !== undefined || fresh.spec !== undefined) return swap(old, fresh);
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const heard of HEARD) if (old[heard] !== fresh[heard]) old[heard] = fresh[heard];
  morph(old, fresh);
}

// A control is a whole: it stays while it asks the same, and hands on what was filled in when it does not.
function swap(old, fresh) {
  if (old.spec === fresh.spec) return;
  const focused = old.contains(document.activeElement);
  fresh.take?.(old);
  old.replaceWith(fresh);
  if (focused) (fresh.matches("input, select, textarea") ? fresh : fresh.querySelector("input, select, textarea"))?.focus({ preventScroll: true });
}
