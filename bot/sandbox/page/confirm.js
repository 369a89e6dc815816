/** The question before a dangerous button, from the element's own `confirm` object. */

import { h } from "./dom.js";
import { textObject, wordsOf } from "./mrkdwn.js";

/** True when the person agreed; Escape is a no. */
export function confirmed(wanted) {
  const dialog = document.getElementById("confirm");
  const before = document.activeElement;
  const yes = h("button", { type: "submit", value: "yes", class: `button ${wanted.style === "danger" ? "danger" : "primary"}` }, wordsOf(wanted.confirm) || "Yes");
  const no = h("button", { type: "submit", value: "no", class: "button" }, wordsOf(wanted.deny) || "Cancel");
  dialog.replaceChildren(h("form", { method: "dialog" },
    h("h2", { id: "confirm-title" }, textObject(wanted.title ?? "Are you sure?")),
    h("div", { class: "text" }, textObject(wanted.text)),
    h("div", { class: "dialog-buttons" }, no, yes)));
  dialog.returnValue = "no";
  dialog.showModal();
  no.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      before?.focus?.();
      resolve(dialog.returnValue === "yes");
    }, { once: true });
  });
}
