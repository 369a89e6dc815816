/** Slack's mrkdwn as DOM nodes: paragraphs, quotes and code here, the words inside a line in inline.js. */

import { h, fragment } from "./dom.js";
import { inline, plain } from "./inline.js";

const FENCE = /```([\s\S]*?)```/g;
const QUOTE = /^(?:&gt;|>)(?!&gt;|>) ?(.*)$/;
const QUOTE_REST = /^(?:&gt;|>){3}/;

/** Renders a text object or a message's text; `verbatim` texts get no automatic links. */
export function mrkdwn(text, { verbatim = false } = {}) {
  const out = fragment();
  let end = 0;
  for (const fence of text.matchAll(FENCE)) {
    out.append(paragraphs(text.slice(end, fence.index).replace(/\n$/, ""), verbatim));
    out.append(h("pre", null, plain(fence[1].replace(/^\n/, "").replace(/\n$/, ""))));
    end = fence.index + fence[0].length;
  }
  out.append(paragraphs(text.slice(end).replace(end ? /^\n/ : /^$/, ""), verbatim));
  return out;
}

/** A composition text object: plain_text keeps its stars, mrkdwn does not. */
export function textObject(text) {
  if (!text) return fragment();
  if (typeof text === "string") return inlinePlain(text);
  return text.type === "mrkdwn" ? mrkdwn(text.text ?? "", { verbatim: text.verbatim }) : inlinePlain(text.text ?? "", text.emoji !== false);
}

function inlinePlain(text, emojis = true) {
  return inline(text, { emojis, plainText: true });
}

/** The words of a text object alone, for labels and options. */
export function wordsOf(text) {
  const raw = typeof text === "string" ? text : text?.text ?? "";
  return inlinePlain(raw).textContent;
}

function paragraphs(text, verbatim) {
  const out = fragment();
  if (!text) return out;
  const lines = text.split("\n");
  let words = [];
  let quoted = [];
  const flush = () => {
    if (quoted.length) out.append(h("blockquote", null, inline(quoted.join("\n"), { verbatim })));
    if (words.length) out.append(inline(words.join("\n"), { verbatim }));
    words = [];
    quoted = [];
  };
  for (const [index, line] of lines.entries()) {
    if (QUOTE_REST.test(line)) {
      flush();
      quoted = [line.replace(QUOTE_REST, "").trimStart(), ...lines.slice(index + 1)];
      break;
    }
    const quote = line.match(QUOTE);
    if (Boolean(quote) !== quoted.length > 0) flush();
    if (quote) quoted.push(quote[1]);
    else words.push(line);
  }
  flush();
  return out;
}
