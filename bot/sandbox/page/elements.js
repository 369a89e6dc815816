/** Interactive elements outside inputs: buttons, the overflow menu, and any field that acts as soon as it changes. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { image } from "./blocks.js";
import { textObject, wordsOf } from "./mrkdwn.js";
import { menuButton } from "./menu.js";
import { confirmed } from "./confirm.js";
import { field } from "./fields.js";
import { safeUrl } from "./dom.js";

const ELEMENTS = { button, workflow_button: button, overflow, image: (one) => image(one, "accessory-image") };

export function element(one, block, surface) {
  return (ELEMENTS[one.type] ?? actingField)(one, block, surface);
}

/** Asks for confirmation where the element wants it, then sends the action and shows that it is under way. */
async function perform(one, block, surface, node, chosen) {
  const wanted = chosen.confirm ?? one.confirm;
  if (wanted && !(await confirmed(wanted))) return false;
  node.setAttribute("aria-busy", "true");
  try {
    const { confirm: _, ...picked } = chosen;
    await surface.act({ action_id: one.action_id, block_id: block.block_id, ...picked });
  } finally {
    node.removeAttribute("aria-busy");
  }
  return true;
}

function button(one, block, surface) {
  const url = safeUrl(one.url);
  const press = () => {
    if (node.getAttribute("aria-busy") === "true") return;
    if (url) window.open(url, "_blank", "noopener,noreferrer");
    perform(one, block, surface, node, { value: one.value });
  };
  const node = h("button", {
    type: "button",
    class: ["button", one.style].filter(Boolean).join(" "),
    "aria-label": one.accessibility_label,
    disabled: surface.disabled,
    dataset: { actionId: one.action_id, key: `${block.block_id}/${one.action_id}` },
    onclick: press,
  }, textObject(one.text), url && h("span", { class: "out", "aria-hidden": "true" }, "↗"));
  return node;
}

function overflow(one, block, surface) {
  const items = one.options.map((option) => ({
    label: wordsOf(option.text),
    note: option.description && wordsOf(option.description),
    run: () => {
      const url = safeUrl(option.url);
      if (url) window.open(url, "_blank", "noopener,noreferrer");
      return perform(one, block, surface, node, { selected: option.value });
    },
  }));
  const node = menuButton({ class: "button overflow", label: "More actions", face: icon("more"), items });
  node.dataset.actionId = one.action_id;
  node.dataset.key = `${block.block_id}/${one.action_id}`;
  return node;
}

/** A select, date, set of boxes …: in a message it sends its choice when it changes; in a modal it also counts as a value. */
function actingField(one, block, surface) {
  const made = field(one, { label: wordsOf(one.placeholder) || one.type.replaceAll("_", " "), initial: undefined });
  if (!made) return h("span", { class: "unknown" }, `This page does not draw “${one.type}” elements.`);
  made.node.dataset.key = `${block.block_id}/${one.action_id}`;
  surface.fields?.push({ blockId: block.block_id, actionId: one.action_id, ...made });
  let before = made.read();
  made.onChange(async () => {
    const now = made.read();
    const chosen = Array.isArray(now) ? { selected_options: now } : { selected: now };
    const sent = await perform(one, block, surface, made.node, chosen);
    if (sent) before = now;
    else made.write(before);
  });
  return made.node;
}
