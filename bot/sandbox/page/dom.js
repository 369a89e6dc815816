/** Builds DOM nodes from data; text is only ever text. */

const PROPERTIES = new Set(["value", "checked", "selected", "disabled", "hidden", "open", "indeterminate", "readOnly"]);

/**
 * h("button", {class: "x", onclick: fn, "aria-label": "Send"}, "Send", node, null)
 * Functions become listeners; a string handler is refused, so no attribute can carry code.
 */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) set(node, name, value);
  append(node, children);
  return node;
}

function set(node, name, value) {
  if (value === undefined || value === null) return;
  if (name.startsWith("on")) {
    if (typeof value !== "function") throw new TypeError(`${name} must be a function`);
    node.addEventListener(name.slice(2), value);
  } else if (name === "dataset") {
    for (const [key, entry] of Object.entries(value)) if (entry !== undefined && entry !== null) node.dataset[key] = entry;
  } else if (PROPERTIES.has(name)) {
    node[name] = value;
  } else if (value === true) {
    node.setAttribute(name, "");
  } else if (value !== false) {
    node.setAttribute(name, String(value));
  }
}

export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

export function fragment(...children) {
  return append(document.createDocumentFragment(), children);
}

let serial = 0;

/** A document-unique id, for labels and descriptions. */
export function freshId(prefix) {
  serial += 1;
  return `${prefix}-${serial}`;
}

/** Web addresses that a link may lead to; anything else (javascript:, data:) is shown as text. */
export function safeUrl(url) {
  if (typeof url !== "string" || !/^(https?:\/\/|mailto:)/i.test(url)) return null;
  try {
    return new URL(url).href;
  } catch {
    return null;
  }
}

export function link(url, ...children) {
  const href = safeUrl(url);
  if (!href) return h("span", null, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
