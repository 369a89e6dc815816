/** The `markdown` block: the part of Markdown that bots write (headings, lists, code, quotes, tables, links). */

import { h, fragment, link } from "./dom.js";
import { emojiNode } from "./inline.js";

const INLINE = /`([^`\n]+)`|\[([^\]\n]+)\]\(([^)\s]+)\)|\*\*([^\n]+?)\*\*|__([^\n]+?)__|~~([^\n]+?)~~|\*([^\s*][^*\n]*)\*|(?<!\w)_([^\s_][^_\n]*)_(?!\w)|:([a-z0-9_+-]+):/g;
const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;

/** Each rule looks at the lines from `at` and answers [node, next line] or null. */
const RULES = [fence, heading, rule, quote, table, list, paragraph];

export function markdown(text) {
  const lines = text.replaceAll("\r", "").split("\n");
  const out = fragment();
  let at = 0;
  while (at < lines.length) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    for (const tryRule of RULES) {
      const found = tryRule(lines, at);
      if (!found) continue;
      out.append(found[0]);
      at = found[1];
      break;
    }
  }
  return h("div", { class: "rich" }, out);
}

function words(text) {
  const out = fragment();
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, label, url, bold, strong, strike, italic, em, name] = match;
    out.append(text.slice(end, match.index));
    out.append(
      code ? h("code", null, code)
        : label ? link(url, label)
          : bold || strong ? h("strong", null, words(bold ?? strong))
            : strike ? h("s", null, words(strike))
              : italic || em ? h("em", null, words(italic ?? em))
                : emojiNode(name) ?? whole,
    );
    end = match.index + whole.length;
  }
  out.append(text.slice(end));
  return out;
}

function takeWhile(lines, at, test) {
  let end = at;
  while (end < lines.length && test(lines[end])) end += 1;
  return [lines.slice(at, end), end];
}

function fence(lines, at) {
  if (!lines[at].startsWith("```")) return null;
  const [code, end] = takeWhile(lines, at + 1, (line) => !line.startsWith("```"));
  return [h("pre", null, code.join("\n")), end + 1];
}

function heading(lines, at) {
  const match = lines[at].match(/^(#{1,6})\s+(.*)$/);
  return match && [h("p", { class: "heading", role: "heading", "aria-level": Math.min(match[1].length + 2, 6) }, words(match[2])), at + 1];
}

function rule(lines, at) {
  return /^\s*(-{3,}|\*{3,})\s*$/.test(lines[at]) ? [h("hr"), at + 1] : null;
}

function quote(lines, at) {
  if (!lines[at].startsWith(">")) return null;
  const [quoted, end] = takeWhile(lines, at, (line) => line.startsWith(">"));
  return [h("blockquote", null, words(quoted.map((line) => line.replace(/^>\s?/, "")).join("\n"))), end];
}

function table(lines, at) {
  if (!lines[at].includes("|") || !/^[\s|:-]*-[\s|:-]*$/.test(lines[at + 1] ?? "") || !lines[at + 1].includes("|")) return null;
  const [rows, end] = takeWhile(lines, at + 2, (line) => line.includes("|"));
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  const head = h("thead", null, h("tr", null, cells(lines[at]).map((cell) => h("th", { scope: "col" }, words(cell)))));
  const body = h("tbody", null, rows.map((row) => h("tr", null, cells(row).map((cell) => h("td", null, words(cell))))));
  return [h("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Table" }, h("table", null, head, body)), end];
}

function list(lines, at) {
  const first = lines[at].match(ITEM);
  if (!first) return null;
  const [items, end] = takeWhile(lines, at, (line) => ITEM.test(line));
  return [h(first[1] ? "ol" : "ul", { start: first[1] }, items.map((line) => h("li", null, words(line.match(ITEM)[2])))), end];
}

function paragraph(lines, at) {
  const [text, end] = takeWhile(lines, at + 1, (line) => line.trim() && !ITEM.test(line) && !/^(#{1,6}\s|```|>)/.test(line));
  return [h("p", null, words([lines[at], ...text].join("\n"))), end];
}
