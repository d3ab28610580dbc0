// The person API: what a person does, and the stream of what they see.

export const me = new URLSearchParams(location.search).get("as") || "ada";
const AGAIN_MS = 1000;

async function call(path, options) {
  const answer = await fetch(`/sandbox/api/${path}`, options).catch(() => { throw new Error("unreachable"); });
  const body = await answer.json().catch(() => { throw new Error(`the sandbox answered ${answer.status}`); });
  if (body.ok === false && !body.errors) throw new Error(body.error);
  return body;
}

export function get(what, query = {}) {
  return call(`${what}?${new URLSearchParams({ user: me, ...query })}`);
}

export function post(act, given = {}) {
  const body = JSON.stringify({ user: me, ...given });
  return call(act, { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

// Calls `heard` with each event, `opened` each time the connection is there, `lost` when it is not.
export function stream(heard, opened, lost) {
  const source = new EventSource(`/sandbox/api/stream?${new URLSearchParams({ user: me })}`);
  source.onmessage = (event) => heard(JSON.parse(event.data));
  source.onopen = opened;
  // a browser waits longer and longer, or gives up when something else answers; here one tries every second
  source.onerror = () => { source.close(); lost(); setTimeout(() => stream(heard, opened, lost), AGAIN_MS); };
}
