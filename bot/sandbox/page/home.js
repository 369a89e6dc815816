/** The app's Home tab, as published for this person. */

import { h } from "./dom.js";
import { renderBlocks } from "./blocks.js";
import { collect } from "./values.js";
import { focusKey, focusedKey } from "./keyed.js";
import { state } from "./state.js";
import { orToast } from "./notice.js";
import * as api from "./api.js";

/** Returns {node, show(view)}; a view that did not change keeps its nodes. */
export function createHome() {
  const node = h("div", { class: "home" }, h("p", { class: "empty" }, "Opening…"));
  let text = null;

  function show(view) {
    const now = JSON.stringify([view?.id, view?.blocks, state.version]);
    if (now === text) return;
    text = now;
    if (!view) {
      node.replaceChildren(h("p", { class: "empty" }, "The app has not published a Home tab for you yet."));
      return;
    }
    const fields = [];
    const act = (action) => orToast(() => api.click({ user: state.me.id, view_id: view.id, values: collect(fields), ...action }));
    const fresh = renderBlocks(view.blocks, { fields, act });
    const focused = focusedKey(node);
    node.replaceChildren(fresh);
    focusKey(fresh, focused);
  }

  return { node, show };
}
