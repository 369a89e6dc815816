/** The list above the composer: arrows move, Tab and Enter take, Escape hides; the caret never leaves the text. */

import { h, freshId } from "./dom.js";
import { state } from "./state.js";
import { announce } from "./notice.js";
import { suggest, usageOf } from "./suggest.js";

export function createCompletion(input) {
  const list = h("div", { class: "completion", role: "listbox", id: freshId("completion"), hidden: true });
  const usage = h("p", { class: "usage", id: freshId("usage"), hidden: true });
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  let offered = null;
  let at = 0;

  function update() {
    const given = suggest(input.value, input.selectionStart, state.workspace);
    const fresh = given && (!offered || given.items.length !== offered.items.length);
    offered = given;
    at = 0;
    paint();
    if (fresh) announce(`${given.items.length} ${given.kind}. Use the arrow keys, Tab to take one.`);
    showUsage();
  }

  function paint() {
    list.hidden = !offered;
    list.setAttribute("aria-label", offered?.kind === "people" ? "People" : "Commands");
    list.replaceChildren(...(offered?.items ?? []).map((item, index) =>
      h("div", {
        class: "completion-item",
        role: "option",
        id: `${list.id}-${index}`,
        "aria-selected": String(index === at),
        onpointerdown: (event) => {
          event.preventDefault();
          take(item);
        },
      }, h("span", { class: "completion-label" }, item.label, " ", h("span", { class: "completion-hint" }, item.hint)), h("span", { class: "completion-note" }, item.note))));
    if (offered) {
      input.setAttribute("aria-activedescendant", `${list.id}-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function showUsage() {
    const command = offered ? null : usageOf(input.value, state.workspace.commands);
    usage.hidden = !command?.usage_hint;
    usage.replaceChildren(...(command?.usage_hint ? [h("code", null, command.command), ` ${command.usage_hint}`] : []));
  }

  function take(item) {
    input.setRangeText(item.insert, offered.from, input.selectionStart, "end");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function hide() {
    offered = null;
    paint();
    showUsage();
  }

  /** True when the key was the list's. A command typed to its end is sent by Enter, not completed again. */
  function key(event) {
    if (!offered) return false;
    const item = offered.items[at];
    const done = event.key === "Enter" && item.insert.trim() === input.value.slice(offered.from).trim();
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      at = (at + steps[event.key] + offered.items.length) % offered.items.length;
      paint();
    } else if (event.key === "Escape") {
      hide();
    } else if ((event.key === "Tab" && !event.shiftKey) || (event.key === "Enter" && !event.shiftKey && !done)) {
      take(item);
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }

  input.addEventListener("blur", hide);
  return { node: h("div", { class: "completion-frame" }, list, usage), update, key };
}
