/** Several choices out of many: a folded list of boxes whose face says what is chosen. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { wordsOf } from "./mrkdwn.js";
import { initialValues, optionGroups } from "./options.js";

export function multiSelect(kind, one, { id, label }) {
  const initial = new Set(initialValues(kind, one));
  const inputs = [];
  const rows = optionGroups(kind, one).map((group) => [
    group.label && h("p", { class: "choice-group" }, group.label),
    group.options.map((option) => {
      const input = h("input", { type: "checkbox", value: option.value, checked: initial.has(option.value), dataset: { label: option.label } });
      inputs.push(input);
      return h("label", { class: "choice" }, input, h("span", null, option.label, option.note && h("small", null, option.note)));
    }),
  ]);
  const face = h("span", { class: "multi-face" });
  const details = h("details", { class: "multi" }, h("summary", { class: "input" }, face, icon("down")), h("div", { class: "multi-list" }, rows));
  const node = h("fieldset", { id, class: "choices", "aria-label": id ? undefined : label, dataset: { actionId: one.action_id } }, details);

  const chosen = () => inputs.filter((input) => input.checked);
  const paint = () => {
    const most = one.max_selected_items ?? Infinity;
    const picked = chosen();
    face.textContent = picked.map((input) => input.dataset.label).join(", ") || wordsOf(one.placeholder) || "Choose…";
    face.classList.toggle("placeholder", picked.length === 0);
    for (const input of inputs) input.disabled = picked.length >= most && !input.checked;
  };
  node.addEventListener("change", paint);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.preventDefault();
    event.stopPropagation();
    details.open = false;
    details.querySelector("summary").focus();
  });
  paint();
  return {
    node,
    control: node,
    read: () => chosen().map((input) => input.value),
    write: (values) => {
      for (const input of inputs) input.checked = (values ?? []).includes(input.value);
      paint();
    },
    onChange: (listener) => node.addEventListener("change", listener),
  };
}
