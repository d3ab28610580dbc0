// Makes one tree look like another and keeps the nodes there are, so that focus, scrolling and what somebody
// has typed or opened survive a change around them.

const HEARD = ["onclick", "onchange", "oninput", "onkeydown", "onfocus", "onerror"];

export function morph(old, fresh) {
  const rest = [...old.childNodes];
  let at = old.firstChild;
  const keys = new Set([...fresh.childNodes].map(keyed).filter(Boolean));
  for (const wanted of [...fresh.childNodes]) {
    const found = match(rest, wanted, keys);
    if (!found) { old.insertBefore(wanted, at); continue; }
    rest.splice(rest.indexOf(found), 1);
    if (found === at) at = at.nextSibling;
    else old.insertBefore(found, at);
    become(found, wanted);
  }
  for (const gone of rest) gone.remove();
}

// The one with the same key; else the first of its kind whose own key is gone: Slack names unnamed blocks anew each time.
function match(rest, wanted, keys) {
  const key = keyed(wanted);
  return (key && rest.find((one) => keyed(one) === key))
    || rest.find((one) => one.nodeName === wanted.nodeName && one.className === wanted.className && !keys.has(keyed(one)));
}

const keyed = (node) => node.dataset?.key && `${node.nodeName} ${node.dataset.key}`;

function become(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.spec !== undefined || fresh.spec !== undefined) return swap(old, fresh);
  dress(old, fresh);
  for (const heard of HEARD) if (old[heard] !== fresh[heard]) old[heard] = fresh[heard];
  morph(old, fresh);
}

// What people have done themselves, such as opening details, stays.
function dress(old, fresh) {
  const own = ["aria-invalid", "aria-busy", old.nodeName === "DETAILS" ? "open" : ""];
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !own.includes(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value && !own.includes(name)) old.setAttribute(name, value);
}

// A control is a whole: it stays while it asks the same, and hands on what was filled in when it does not.
function swap(old, fresh) {
  if (old.spec === fresh.spec) {
    dress(old, fresh);
    Object.assign(old, { chose: fresh.chose, query: fresh.query });
    return;
  }
  const focused = old.contains(document.activeElement);
  fresh.take?.(old);
  old.replaceWith(fresh);
  if (focused) (fresh.matches("input, select, textarea") ? fresh : fresh.querySelector("input, select, textarea"))?.focus({ preventScroll: true });
}
