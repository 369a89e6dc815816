/** The app's modals: the top of the stack in one dialog, its values kept while views come and go above it. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { renderBlocks } from "./blocks.js";
import { wordsOf } from "./mrkdwn.js";
import { avatar } from "./avatar.js";
import { botUser, state } from "./state.js";
import { collect, missing, restore } from "./values.js";
import { announce, orToast } from "./notice.js";
import { trapTab } from "./trap.js";
import * as api from "./api.js";

/** `refresh` asks the server for the views again. Returns {sync(views)}. */
export function createModal(refresh) {
  const dialog = document.getElementById("modal");
  const kept = new Map();
  let drawn = { id: null, text: "", fields: [] };
  let cameFrom = null;

  trapTab(dialog);
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    close();
  });

  function sync(views) {
    if (drawn.id) kept.set(drawn.id, collect(drawn.fields));
    const top = views.at(-1);
    for (const id of [...kept.keys()]) if (!views.some((view) => view.id === id)) kept.delete(id);
    if (!top) return shut();
    const text = JSON.stringify([top.title, top.submit, top.close, top.blocks, views.length]);
    if (top.id === drawn.id && text === drawn.text) return undefined;
    return draw(top, text, views.length);
  }

  function shut() {
    if (!drawn.id) return;
    drawn = { id: null, text: "", fields: [] };
    dialog.close();
    dialog.replaceChildren();
    if (cameFrom?.isConnected) cameFrom.focus();
    cameFrom = null;
  }

  function draw(view, text, depth) {
    const fields = [];
    const surface = { fields, act: (action) => act(view, fields, action) };
    const title = h("h2", { id: "modal-title", tabindex: "-1" }, wordsOf(view.title));
    const problem = h("p", { class: "field-error form-error", role: "alert", hidden: true });
    const send = view.submit && h("button", { type: "submit", class: "button primary" }, wordsOf(view.submit));
    const form = h("form", { novalidate: true, onsubmit: (event) => submit(event, view, { fields, form, problem }) },
      h("header", { class: "modal-head" }, avatar(botUser()), title,
        h("button", { type: "button", class: "ghost", "aria-label": "Close", onclick: () => close({ clear: true }) }, icon("close"))),
      h("div", { class: "modal-body" }, problem, renderBlocks(view.blocks, surface)),
      h("footer", { class: "dialog-buttons" }, depth > 1 && h("span", { class: "depth" }, `Step ${depth} of the stack`),
        h("button", { type: "button", class: "button", onclick: () => close() }, wordsOf(view.close) || (depth > 1 ? "Back" : "Cancel")), send));
    restore(fields, kept.get(view.id));
    const refocus = drawn.id === view.id && document.activeElement?.closest("[data-block-id]")?.dataset.blockId;
    if (!dialog.open) cameFrom = document.activeElement;
    drawn = { id: view.id, text, fields };
    dialog.replaceChildren(form);
    if (!dialog.open) dialog.showModal();
    focusFirst(form, title, refocus);
  }

  async function submit(event, view, { fields, form, problem }) {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    problem.hidden = true;
    const empty = missing(fields);
    if (empty.length) return showErrors(fields, Object.fromEntries(empty.map((field) => [field.blockId, "Please complete this required field."])));
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await api.submitView(view.id, state.me.id, collect(fields));
      if (answer.response_action === "errors") showErrors(fields, answer.errors);
      else await refresh();
    } catch (error) {
      if (error.answer?.errors) showErrors(fields, error.answer.errors);
      else {
        problem.textContent = "We had some trouble connecting. Try again?" + (error.code ? ` (${error.code})` : "");
        problem.hidden = false;
      }
    } finally {
      form.removeAttribute("aria-busy");
    }
    return undefined;
  }

  async function act(view, fields, action) {
    await orToast(() => api.click({ user: state.me.id, view_id: view.id, values: collect(fields), ...action }));
    await refresh();
  }

  /** Cancel and Escape close the top view, the cross closes the whole stack. */
  async function close({ clear = false } = {}) {
    if (!drawn.id) return;
    await orToast(() => api.closeView(drawn.id, state.me.id, clear));
    await refresh();
  }

  return { sync };
}

function showErrors(fields, errors) {
  const inputs = fields.filter((field) => field.input);
  for (const field of inputs) field.showError(errors[field.blockId] ?? "");
  const first = inputs.find((field) => errors[field.blockId]);
  if (!first) return;
  const target = first.control.tagName === "FIELDSET" ? first.control.querySelector("input, summary") : first.control;
  target?.focus();
  announce(`${Object.keys(errors).length} to correct. ${errors[first.blockId]}`);
}

function focusFirst(form, title, blockId) {
  const place = (blockId && form.querySelector(`[data-block-id="${CSS.escape(blockId)}"]`)) || form.querySelector(".modal-body");
  const target = place.querySelector("[autofocus]") ?? place.querySelector("input, textarea, select, summary, button");
  (target ?? title).focus();
}
