/** What a person is told when the workspace or the app refuses; by Slack's own codes. */

const SENTENCES = {
  unreachable: "The sandbox does not answer. Check that it is still running.",
  operation_timeout: "The app did not answer within three seconds.",
  dispatch_failed: "The app could not be reached.",
  not_in_channel: "You are not a member of this channel.",
  channel_not_found: "This channel does not exist, or you may not see it.",
  message_not_found: "This message is gone.",
  thread_not_found: "This thread is gone.",
  view_not_found: "This dialog was already closed.",
  view_not_on_top: "Another dialog lies above this one.",
  not_available_to_external_members: "People from another company cannot use this app's commands and shortcuts.",
  account_inactive: "This account is deactivated and can do nothing.",
  starts_with_slash: "Slash commands are not messages.",
  element_not_found: "This control is no longer there: the message has changed.",
};

/** The app was asked and failed: the workspace has already said so, as Slackbot, where it happened. */
export const toldBySlackbot = (error) => error.answer?.status !== undefined;

export function sentence(error) {
  if (!error?.code) throw error;
  return SENTENCES[error.code] ?? `Refused by the workspace: ${error.code}.`;
}

/** Slack's own words for a command that could not run. */
export function commandRefusal(error, text) {
  const name = text.trim().split(/\s+/)[0];
  if (error.code === "not_supported_in_thread") {
    return `${name} is not supported in threads. Sorry! Use the card's buttons, mention the app, or open a message's menu.`;
  }
  if (error.code === "not_a_command") return `${name} is not a valid command.`;
  return `${name}: ${sentence(error)}`;
}
