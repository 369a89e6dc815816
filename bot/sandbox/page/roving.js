/** One tab stop for a long list: arrows, Home and End walk it; Tab goes into the message that has the focus. */

export function rove(list) {
  const rows = () => [...list.querySelectorAll(":scope > .message")];

  function mark(current) {
    for (const row of rows()) {
      row.tabIndex = row === current ? 0 : -1;
      for (const tool of row.querySelectorAll(".tool")) tool.tabIndex = row === current ? 0 : -1;
    }
  }

  list.addEventListener("focusin", (event) => {
    const row = event.target.closest(".message");
    if (row) mark(row);
  });
  list.addEventListener("keydown", (event) => {
    if (!event.target.classList.contains("message")) return;
    const all = rows();
    const at = all.indexOf(event.target);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || !all[next]) return;
    event.preventDefault();
    all[next].focus();
  });

  /** After each refresh: exactly one row is reachable, the last one unless a person chose another. */
  return () => {
    const all = rows();
    mark(all.find((row) => row.contains(document.activeElement)) ?? all.at(-1));
  };
}
