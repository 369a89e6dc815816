/** One choice out of many, as the browser's own select: it works with every keyboard, phone and screen reader. */

import { h } from "./dom.js";
import { wordsOf } from "./mrkdwn.js";
import { initialValues, optionGroups } from "./options.js";

export function selectField(kind, one, { id, label }) {
  const initial = initialValues(kind, one)[0] ?? "";
  const placeholder = h("option", { value: "" }, wordsOf(one.placeholder) || "Choose…");
  const control = h("select", { id, class: "input select", "aria-label": id ? undefined : label, dataset: { actionId: one.action_id } }, placeholder);
  for (const group of optionGroups(kind, one)) {
    const options = group.options.map((option) => h("option", { value: option.value, title: option.note }, option.label));
    control.append(...(group.label ? [h("optgroup", { label: group.label }, options)] : options));
  }
  control.value = initial;
  return {
    node: control,
    control,
    read: () => control.value || null,
    write: (value) => void (control.value = value ?? ""),
    onChange: (listener) => control.addEventListener("change", listener),
  };
}
