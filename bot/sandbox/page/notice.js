/** Toasts for refusals, and the live region that reads news aloud. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { sentence } from "./errors.js";

const LIFETIME = 7000;

export function toast(text) {
  const close = h("button", { class: "ghost", type: "button", "aria-label": "Dismiss", onclick: () => note.remove() }, icon("close"));
  const note = h("div", { class: "toast" }, h("span", null, text), close);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), LIFETIME);
}

export function announce(text) {
  document.getElementById("live").textContent = text;
}

/** Runs work that may be refused; a refusal is shown, unless `known(error)` says it already was, and the caller gets undefined. */
export async function orToast(work, known = () => false) {
  try {
    return await work();
  } catch (error) {
    if (!known(error)) toast(sentence(error));
    return undefined;
  }
}
