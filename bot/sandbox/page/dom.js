// Making elements. Text is always a text node: nothing that anybody says can become markup.

// What is listened for is kept as a property (`onclick`), so that morph.js can hand it from one element to the next.
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...flat(children));
  return made;
}

export function link(url, attributes, ...children) {
  const safe = /^https?:/i.test(url);
  return safe ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer", ...attributes }, ...children) : el("span", {}, ...children);
}

export function button(label, press, attributes = {}) {
  return el("button", { type: "button", onclick: press, ...attributes }, label);
}

export function fill(parent, ...children) {
  parent.replaceChildren(...flat(children));
}

export function picture(url, alt) {
  const safe = /^(https?:|data:image\/)/i.test(url || "");
  return safe ? el("img", { src: url, alt: alt || "", loading: "lazy", onerror: broken }) : missing(alt);
}

// A picture that is not there leaves its words.
function broken(event) {
  event.target.replaceWith(missing(event.target.alt));
}

function missing(alt) {
  return el("span", { class: "no-image", role: "img", "aria-label": alt || "image" }, `🖼 ${alt || "image"}`);
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== "");
}
