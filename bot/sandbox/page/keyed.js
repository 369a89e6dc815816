/** Keeps a list's nodes while their data stays the same, so focus, open menus and half-made choices survive a refresh. */

/**
 * Makes `list`'s children match `items`. `sign(item)` says everything that the drawing depends on.
 * A redrawn node that held the focus gives it to the same control in its successor, else to the successor itself.
 */
export function reconcile(list, items, { key, sign, draw }) {
  const old = new Map([...list.children].map((node) => [node.dataset.item, node]));
  let cursor = list.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const signature = sign(item);
    const before = old.get(name);
    old.delete(name);
    let node = before;
    if (!before || before.signature !== signature) {
      node = draw(item);
      node.dataset.item = name;
      node.signature = signature;
      if (before) {
        if (cursor === before) cursor = node;
        swap(before, node);
      }
    }
    if (node === cursor) cursor = node.nextElementSibling;
    else list.insertBefore(node, cursor);
  }
  for (const node of old.values()) node.remove();
}

function swap(before, after) {
  const focused = before.contains(document.activeElement);
  const name = focusedKey(before);
  before.replaceWith(after);
  if (focused && !focusKey(after, name)) after.focus();
}

/** The name of the control inside `root` that holds the focus, or null. */
export function focusedKey(root) {
  return root.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key ?? null : null;
}

/** Gives the focus to the control of that name, or of that action where the block got a new id; false when there is none. */
export function focusKey(root, name) {
  if (!name) return false;
  const named = [...root.querySelectorAll("[data-key]")];
  const action = (key) => key.split("/").at(-1);
  const same = named.find((node) => node.dataset.key === name) ?? named.find((node) => action(node.dataset.key) === action(name));
  if (same) (same.matches("fieldset") ? same.querySelector("input, summary") : same).focus();
  return Boolean(same);
}
