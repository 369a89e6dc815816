/** What a select offers: its own options, or the workspace's people, channels, conversations. */

import { people, displayName, myChannels } from "./state.js";
import { wordsOf } from "./mrkdwn.js";

const own = (option) => ({ value: option.value, label: wordsOf(option.text), note: option.description && wordsOf(option.description) });
const person = (user) => ({ value: user.id, label: displayName(user), note: `@${user.name}` });
const channel = (one) => ({ value: one.id, label: `#${one.name}` });

const SOURCES = {
  static: (one) => (one.option_groups ?? [{ label: null, options: one.options ?? [] }]).map((group) => ({ label: group.label && wordsOf(group.label), options: group.options.map(own) })),
  users: () => [{ label: null, options: people().filter((user) => !user.deleted).map(person) }],
  channels: () => [{ label: null, options: myChannels().filter((one) => !one.is_private).map(channel) }],
  conversations: () => [{ label: null, options: myChannels().map(channel) }],
};

const INITIAL = {
  static: (one) => one.initial_options?.map((option) => option.value) ?? (one.initial_option ? [one.initial_option.value] : []),
  users: (one) => one.initial_users ?? [one.initial_user],
  channels: (one) => one.initial_channels ?? [one.initial_channel],
  conversations: (one) => one.initial_conversations ?? [one.initial_conversation],
};

/** Groups of {label|null, options: [{value, label, note?}]}. */
export const optionGroups = (kind, one) => SOURCES[kind](one);

export const initialValues = (kind, one) => INITIAL[kind](one).filter(Boolean);
