/**
 * Everything a person can fill in or choose. Each maker answers
 * {node, control, read(), write(value), onChange(listener)}: `control` is what a label and an error belong to.
 * A value is a string, a list of strings, null for "nothing"; a moment is a number of unix seconds.
 */

import { h, freshId } from "./dom.js";
import { textObject, wordsOf } from "./mrkdwn.js";
import { multiSelect } from "./multiselect.js";
import { selectField } from "./select.js";

const typed = (type, initial, extra = {}) => (one, given) => textBox("input", one, given, { type, ...extra }, one[initial]);

const FIELDS = {
  plain_text_input: (one, given) => textBox(one.multiline ? "textarea" : "input", one, given, { rows: one.multiline ? 4 : undefined }, one.initial_value),
  email_text_input: typed("email", "initial_value"),
  url_text_input: typed("url", "initial_value"),
  number_input: (one, given) => textBox("input", one, given, { type: "number", min: one.min_value, max: one.max_value, step: one.is_decimal_allowed ? "any" : 1 }, one.initial_value),
  datepicker: typed("date", "initial_date"),
  timepicker: typed("time", "initial_time"),
  datetimepicker: dateTime,
  checkboxes: (one, given) => boxes("checkbox", one, given, one.initial_options ?? []),
  radio_buttons: (one, given) => boxes("radio", one, given, one.initial_option ? [one.initial_option] : []),
};
for (const kind of ["static", "users", "channels", "conversations"]) {
  FIELDS[`${kind}_select`] = (one, given) => selectField(kind, one, given);
  FIELDS[`multi_${kind}_select`] = (one, given) => multiSelect(kind, one, given);
}

/** Null for an element this page cannot draw. */
export function field(one, given) {
  return FIELDS[one.type]?.(one, given) ?? null;
}

function textBox(tag, one, { id, label }, extra, initial) {
  const control = h(tag, {
    id,
    class: "input",
    "aria-label": id ? undefined : label,
    placeholder: wordsOf(one.placeholder) || undefined,
    maxlength: one.max_length,
    autocomplete: "off",
    ...extra,
    value: initial ?? "",
  });
  if (one.focus_on_load) control.autofocus = true;
  const changes = tag === "textarea" || !extra.type ? "input" : "change";
  return {
    node: control,
    control,
    read: () => control.value || null,
    write: (value) => void (control.value = value ?? ""),
    onChange: (listener) => control.addEventListener(changes, listener),
  };
}

/** Slack speaks unix seconds here, the browser local wall time. */
function dateTime(one, given) {
  const local = (seconds) => new Date(seconds * 1000 - new Date(seconds * 1000).getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  const made = textBox("input", one, given, { type: "datetime-local" }, one.initial_date_time && local(one.initial_date_time));
  return {
    ...made,
    read: () => (made.control.value ? Math.floor(new Date(made.control.value).getTime() / 1000) : null),
    write: (value) => made.write(value && local(Number(value))),
  };
}

function boxes(type, one, { id, label }, initial) {
  const name = freshId("choice");
  const chosen = new Set(initial.map((option) => option.value));
  const inputs = one.options.map((option) => h("input", { type, name, value: option.value, checked: chosen.has(option.value) }));
  const rows = one.options.map((option, index) =>
    h("label", { class: "choice" }, inputs[index], h("span", null, textObject(option.text), option.description && h("small", null, textObject(option.description)))));
  const node = h("fieldset", { id, class: "choices", "aria-label": id ? undefined : label }, rows);
  const checked = () => inputs.filter((input) => input.checked).map((input) => input.value);
  return {
    node,
    control: node,
    read: () => (type === "checkbox" ? checked() : checked()[0] ?? null),
    write: (value) => inputs.forEach((input) => void (input.checked = [value].flat().includes(input.value))),
    onChange: (listener) => node.addEventListener("change", listener),
  };
}
