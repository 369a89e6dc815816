/** rich_text blocks: sections, lists, quotes, preformatted text. */

import { h, fragment, link } from "./dom.js";
import { emojiNode } from "./inline.js";
import { broadcastMention, channelMention, dateNode, groupMention, userMention } from "./entity.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };

const PARTS = {
  text: (part) => withBreaks(part.text),
  link: (part) => link(part.url, part.text || part.url),
  emoji: (part) => emojiNode(part.name) ?? `:${part.name}:`,
  user: (part) => userMention(part.user_id),
  usergroup: (part) => groupMention(part.usergroup_id),
  channel: (part) => channelMention(part.channel_id),
  broadcast: (part) => broadcastMention(part.range),
  date: (part) => dateNode(part.timestamp, part.format, part.fallback ?? "", part.url),
  color: (part) => part.value,
};

const SECTIONS = {
  rich_text_section: (section) => h("p", null, parts(section.elements)),
  rich_text_preformatted: (section) => h("pre", null, parts(section.elements, false)),
  rich_text_quote: (section) => h("blockquote", null, parts(section.elements)),
  rich_text_list: list,
};

export function richText(block) {
  return h("div", { class: "rich" }, (block.elements ?? []).map((section) => SECTIONS[section.type]?.(section)));
}

function list(section) {
  const tag = section.style === "ordered" ? "ol" : "ul";
  const indent = Math.min(Number(section.indent) || 0, 8);
  const node = h(tag, { start: section.offset ? section.offset + 1 : undefined, "data-indent": indent }, section.elements.map((item) => h("li", null, parts(item.elements))));
  node.style.marginInlineStart = `${indent * 1.25}rem`;
  return node;
}

function parts(elements, breaks = true) {
  return fragment((elements ?? []).map((part) => styled(part, breaks || part.type !== "text" ? PARTS[part.type]?.(part) : part.text)));
}

function styled(part, node) {
  return Object.entries(STYLES).reduce((inner, [style, tag]) => (part.style?.[style] ? h(tag, null, inner) : inner), node);
}

function withBreaks(text) {
  return fragment(String(text ?? "").split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line])));
}
