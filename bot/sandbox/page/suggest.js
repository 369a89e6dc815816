/** What the composer can offer for the words before the caret: commands, their verbs, people, groups. Pure. */

const LIMIT = 8;

/**
 * Answers null, or {from, kind, items: [{insert, label, hint, note}]}: choosing an item replaces text[from..caret] with `insert`.
 */
export function suggest(text, caret, { commands, users, usergroups }) {
  const before = text.slice(0, caret);
  const command = before.match(/^\/\S*$/);
  if (command) return offer("commands", 0, commands.filter((one) => one.command.startsWith(command[0])).map(commandItem));
  const verb = before.match(/^(\/\S+)\s+([a-z][\w-]*)$/);
  if (verb) return offer("words", caret - verb[2].length, verbItems(commands.find((one) => one.command === verb[1]), verb[2]));
  const mention = before.match(/(^|[\s(])@([\w.-]*)$/);
  if (mention) return offer("people", caret - mention[2].length - 1, mentionItems(mention[2].toLowerCase(), users, usergroups));
  return null;
}

/** The usage of the command that is being typed, or null. */
export function usageOf(text, commands) {
  const name = text.match(/^(\/\S+)\s/)?.[1];
  return commands.find((one) => one.command === name) ?? null;
}

function offer(kind, from, items) {
  return items.length ? { kind, from, items: items.slice(0, LIMIT) } : null;
}

const commandItem = (one) => ({ insert: `${one.command} `, label: one.command, hint: one.usage_hint, note: one.description });

/** The words that a usage like "open <service> | status | help" begins with. */
function verbItems(command, start) {
  const usages = (command?.usage_hint ?? "").split(/\s*\|\s*/).filter((one) => /^[a-z]/.test(one));
  return usages.map((one) => one.split(" ")).filter(([word]) => word.startsWith(start)).map(([word, ...rest]) => ({ insert: `${word} `, label: word, hint: rest.join(" "), note: "" }));
}

function mentionItems(start, users, usergroups) {
  const named = users
    .filter((user) => !user.deleted && [user.name, user.real_name].some((name) => name?.toLowerCase().startsWith(start)))
    .sort((a, b) => Number(b.is_bot) - Number(a.is_bot))
    .map((user) => ({ insert: `@${user.name} `, label: `@${user.name}`, hint: user.is_bot ? "app" : "", note: user.real_name }));
  const groups = usergroups
    .filter((group) => group.handle.toLowerCase().startsWith(start))
    .map((group) => ({ insert: `@${group.handle} `, label: `@${group.handle}`, hint: "group", note: group.name }));
  return [...named, ...groups];
}
