/** A button with a menu: arrows move, Enter chooses, Escape and a click outside close, focus comes back. */

import { h, freshId } from "./dom.js";

/** items: [{label, note?, icon?, run()}], or a function that answers them when the menu opens. */
export function menuButton({ class: className, label, face, items, onToggle }) {
  const id = freshId("menu");
  const button = h("button", {
    type: "button",
    class: className,
    "aria-label": label,
    title: label,
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    "aria-controls": id,
    onclick: () => (menu ? close() : open()),
    onkeydown: (event) => {
      if (event.key !== "ArrowDown" || menu) return;
      event.preventDefault();
      open();
    },
  }, face);
  let menu = null;

  function open() {
    const rows = (typeof items === "function" ? items() : items).map((item) => row(item, choose));
    menu = h("div", { id, class: "menu", role: "menu", "aria-label": label, popover: "auto", onkeydown: keys });
    menu.append(...rows);
    menu.addEventListener("toggle", (event) => event.newState === "closed" && closed());
    (button.closest("dialog") ?? document.body).append(menu);
    menu.showPopover();
    place(menu, button);
    button.setAttribute("aria-expanded", "true");
    onToggle?.(true);
    rows[0]?.focus();
  }

  function close() {
    menu?.hidePopover();
  }

  function closed() {
    if (!menu) return;
    const hadFocus = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.remove();
    menu = null;
    button.setAttribute("aria-expanded", "false");
    onToggle?.(false);
    if (hadFocus) button.focus();
  }

  function choose(item) {
    button.focus();
    close();
    item.run();
  }

  function keys(event) {
    const rows = [...menu.children];
    const at = rows.indexOf(document.activeElement);
    const next = { ArrowDown: (at + 1) % rows.length, ArrowUp: (at - 1 + rows.length) % rows.length, Home: 0, End: rows.length - 1 }[event.key];
    if (event.key === "Tab") close();
    if (next === undefined) return;
    event.preventDefault();
    rows[next].focus();
  }

  return button;
}

function row(item, choose) {
  return h("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: () => choose(item) },
    item.icon, h("span", null, item.label, item.note && h("small", null, item.note)));
}

/** Below the button where there is room, else above; never past the window's edge. */
export function place(popover, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = box.bottom + height + 12 < innerHeight || box.top < height + 12;
  popover.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
  popover.style.top = `${Math.max(8, below ? Math.min(box.bottom + 6, innerHeight - height - 8) : box.top - height - 6)}px`;
}
