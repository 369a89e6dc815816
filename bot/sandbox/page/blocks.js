/** Block Kit blocks as DOM; what can be clicked or filled in comes from elements.js. */

import { h, freshId, safeUrl } from "./dom.js";
import { textObject, wordsOf } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { markdown } from "./markdown.js";
import { element } from "./elements.js";
import { inputBlock } from "./input.js";

const BLOCKS = {
  section,
  header: (block) => h("p", { class: "block-header", role: "heading", "aria-level": block.level ? block.level + 2 : 3 }, textObject(block.text)),
  context,
  divider: () => h("hr", { class: "block-divider" }),
  actions: (block, surface) => h("div", { class: "block-actions" }, block.elements.map((one) => element(one, block, surface))),
  input: inputBlock,
  rich_text: (block) => richText(block),
  image: imageBlock,
  markdown: (block) => markdown(block.text ?? ""),
  table,
};

/**
 * `surface` is where the blocks stand: {act(action) -> Promise, fields: [] | undefined, disabled}.
 * `act` sends one element's action; `fields` collects the readers of everything a person can fill in.
 */
export function renderBlocks(blocks, surface) {
  const node = h("div", { class: "blocks" });
  for (const block of blocks ?? []) {
    const drawn = BLOCKS[block.type]?.(block, surface) ?? h("p", { class: "unknown" }, `This page does not draw “${block.type}” blocks.`);
    if (block.block_id) drawn.dataset.blockId = block.block_id;
    node.append(drawn);
  }
  return node;
}

function section(block, surface) {
  const words = h("div", { class: "block-words" }, block.text && h("div", { class: "text" }, textObject(block.text)));
  if (block.fields) words.append(h("div", { class: "block-fields" }, block.fields.map((field) => h("div", { class: "text" }, textObject(field)))));
  const accessory = block.accessory && h("div", { class: "block-accessory" }, element(block.accessory, block, surface));
  return h("div", { class: "block-section" }, words, accessory);
}

function context(block) {
  return h("div", { class: "block-context" }, block.elements.map((one) =>
    one.type === "image" ? image(one, "context-image") : h("span", { class: "text" }, textObject(one)),
  ));
}

/** An image; one that cannot be loaded leaves its alternative text. */
export function image(block, className) {
  const url = safeUrl(block.image_url ?? block.slack_file?.url);
  const alt = wordsOf(block.alt_text);
  if (!url) return h("span", { class: "broken" }, alt);
  const node = h("img", { class: className, src: url, alt, loading: "lazy", referrerpolicy: "no-referrer" });
  node.addEventListener("error", () => node.replaceWith(h("span", { class: "broken" }, alt)));
  return node;
}

function imageBlock(block) {
  return h("figure", { class: "block-image" }, block.title && h("figcaption", null, textObject(block.title)), image(block, ""));
}

const CELLS = {
  raw_text: (cell) => cell.text,
  raw_number: (cell) => cell.text ?? cell.value,
  rich_text: (cell) => richText(cell),
};

function table(block) {
  const [head = [], ...rows] = block.rows ?? [];
  const cellOf = (tag) => (cell, index) => {
    const column = block.column_settings?.[index] ?? {};
    return h(tag, { scope: tag === "th" ? "col" : undefined, "data-align": column.align, "data-wrap": column.is_wrapped }, CELLS[cell.type]?.(cell));
  };
  const label = freshId("table");
  return h("div", { class: "table", tabindex: "0", role: "region", "aria-labelledby": label },
    h("table", null,
      h("caption", { class: "visually-hidden", id: label }, `Table, ${rows.length} ${rows.length === 1 ? "row" : "rows"}`),
      h("thead", null, h("tr", null, head.map(cellOf("th")))),
      h("tbody", null, rows.map((row) => h("tr", null, row.map(cellOf("td")))))));
}
