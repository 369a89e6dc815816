/** Where people write: messages, slash commands, mentions. One in the conversation, one in the thread. */

import { h, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { state } from "./state.js";
import * as api from "./api.js";
import { createCompletion } from "./completion.js";
import { commandRefusal, sentence, toldBySlackbot } from "./errors.js";

/** Unsent words by person and place, so that switching person loses nothing. */
const drafts = new Map();

/** `place` is {channel, thread_ts?, name}. Returns {node, focus(), fill(text)}. */
export function createComposer(place) {
  const key = `${state.me.id}/${place.channel}/${place.thread_ts ?? ""}`;
  const help = freshId("composer-help");
  const label = place.thread_ts ? "Reply in this thread" : `Message ${place.name}`;
  const input = h("textarea", { class: "composer-input", rows: 1, placeholder: place.thread_ts ? "Reply…" : `${label} or type /`, "aria-label": label, "aria-describedby": help, value: drafts.get(key) ?? "" });
  const button = h("button", { type: "submit", class: "composer-send", "aria-label": "Send", title: "Send (Enter)" }, icon("send"));
  const refusal = h("div", { class: "composer-refusal", role: "alert", hidden: true });
  const completion = createCompletion(input);
  const form = h("form", { class: "composer", onsubmit: submit }, refusal, completion.node,
    h("div", { class: "composer-box" }, input, button),
    h("p", { class: "visually-hidden", id: help }, "Enter sends, Shift and Enter starts a new line, slash lists commands."));

  function changed() {
    drafts.set(key, input.value);
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 200)}px`;
    button.disabled = !input.value.trim();
    completion.update();
  }

  function refuse(text) {
    refusal.hidden = !text;
    refusal.replaceChildren(...(text ? [h("span", { class: "only-you" }, icon("eye"), "Only visible to you"), h("p", null, text)] : []));
  }

  async function submit(event) {
    event.preventDefault();
    const text = input.value.trim();
    if (!text || form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    refuse("");
    try {
      await send(text);
      sent(text);
    } catch (error) {
      if (toldBySlackbot(error)) sent(text);
      else refuse(text.startsWith("/") ? commandRefusal(error, text) : sentence(error));
    } finally {
      form.removeAttribute("aria-busy");
    }
  }

  function sent(text) {
    if (input.value.trim() === text) input.value = "";
    changed();
  }

  function send(text) {
    const message = { user: state.me.id, channel: place.channel, text, thread_ts: place.thread_ts };
    return text.startsWith("/") ? api.command(message) : api.say(message);
  }

  input.addEventListener("input", () => {
    refuse("");
    changed();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || completion.key(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    form.requestSubmit();
  });
  button.disabled = !input.value.trim();

  return {
    node: form,
    focus: () => input.focus(),
    fill(text) {
      input.value = text;
      input.focus();
      changed();
    },
  };
}
