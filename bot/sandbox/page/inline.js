/** The words inside a line of mrkdwn: emphasis, code, mentions, links, dates, emoji. Everything else is text. */

import { h, fragment, link, append } from "./dom.js";
import { emoji } from "./emoji.js";
import { entity } from "./entity.js";

const TOKEN = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<entity>[^<>\\n]+)>",
    "(?<![\\w*])\\*(?<bold>[^\\s*](?:[^*\\n]*[^\\s*])?)\\*(?![\\w*])",
    "(?<![\\w_])_(?<italic>[^\\s_](?:[^\\n]*?[^\\s_])?)_(?![\\w_])",
    "(?<![\\w~])~(?<strike>[^\\s~](?:[^~\\n]*[^\\s~])?)~(?![\\w~])",
    ":(?<emoji>[a-z0-9_+'-]+(?:::skin-tone-\\d)?):",
    "(?<url>https?://[^\\s<>|]+[^\\s<>|.,;:!?)\\]'\"])",
  ].join("|"),
  "g",
);

const EMOJI_ONLY = /:(?<emoji>[a-z0-9_+'-]+(?:::skin-tone-\d)?):/g;

/** Slack escapes exactly these three. */
export function unescape(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/** Text with its line breaks and nothing else. */
export function plain(text) {
  return document.createTextNode(unescape(text.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (whole, target, label) => (/^[@#!]/.test(target) ? whole : label ?? target))));
}

export function inline(text, { verbatim = false, emojis = true, plainText = false } = {}) {
  const options = { verbatim, emojis };
  const out = fragment();
  let end = 0;
  for (const match of text.matchAll(plainText ? EMOJI_ONLY : TOKEN)) {
    const node = tokenNode(match.groups, options);
    if (!node) continue;
    append(out, lines(text.slice(end, match.index)));
    out.append(node);
    end = match.index + match[0].length;
  }
  return append(out, lines(text.slice(end)));
}

function tokenNode(groups, options) {
  if (groups.emoji) return options.emojis ? emojiNode(groups.emoji) : null;
  if (groups.code) return h("code", null, plain(groups.code));
  if (groups.entity) return entity(groups.entity);
  if (groups.bold) return h("strong", null, inline(groups.bold, options));
  if (groups.italic) return h("em", null, inline(groups.italic, options));
  if (groups.strike) return h("s", null, inline(groups.strike, options));
  if (groups.url && !options.verbatim) return link(unescape(groups.url), unescape(groups.url));
  return null;
}

export function emojiNode(name) {
  const glyph = emoji(name);
  return glyph ? h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, glyph) : null;
}

function lines(text) {
  return unescape(text).split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}
