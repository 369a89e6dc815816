/** Input blocks: a label, a field, its hint, and the place where its error stands. */

import { h, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { textObject, wordsOf } from "./mrkdwn.js";
import { field } from "./fields.js";

export function inputBlock(block, surface) {
  const ids = { field: freshId("field"), hint: freshId("hint"), error: freshId("error") };
  const made = field(block.element, { id: ids.field, label: wordsOf(block.label), dispatch: block.dispatch_action });
  if (!made) return h("p", { class: "unknown" }, `This page does not draw “${block.element.type}” fields.`);

  const hint = block.hint && h("p", { class: "field-hint", id: ids.hint }, textObject(block.hint));
  const error = h("p", { class: "field-error", id: ids.error, hidden: true });
  const label = [textObject(block.label), block.optional ? h("span", { class: "optional" }, " (optional)") : null];
  const control = made.control;
  describe(control, [hint && ids.hint]);
  if (!block.optional) control.setAttribute("aria-required", "true");

  const showError = (text) => {
    error.hidden = !text;
    error.replaceChildren(...(text ? [icon("alert"), text] : []));
    if (text) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    describe(control, [text && ids.error, hint && ids.hint]);
  };
  made.onChange(() => {
    showError("");
    if (block.dispatch_action) dispatch(block, surface, made);
  });
  surface.fields?.push({ blockId: block.block_id, actionId: block.element.action_id, input: true, optional: Boolean(block.optional), showError, ...made });

  const grouped = control.tagName === "FIELDSET";
  if (grouped) control.prepend(h("legend", null, label));
  return h("div", { class: "block-input" }, grouped ? null : h("label", { for: ids.field }, label), made.node, error, hint);
}

function describe(control, ids) {
  const given = ids.filter(Boolean).join(" ");
  if (given) control.setAttribute("aria-describedby", given);
  else control.removeAttribute("aria-describedby");
}

function dispatch(block, surface, made) {
  const now = made.read();
  const key = Array.isArray(now) ? "selected_options" : block.element.type === "plain_text_input" ? "value" : "selected";
  surface.act({ action_id: block.element.action_id, block_id: block.block_id, [key]: now });
}
