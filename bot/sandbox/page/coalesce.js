/** Merges a burst of "it changed" into one running refresh and at most one more after it. */

export function coalesce(refresh) {
  let running = null;
  let again = false;

  async function loop() {
    try {
      do {
        again = false;
        await refresh();
      } while (again);
    } finally {
      running = null;
    }
  }

  return () => {
    if (running) again = true;
    else running = loop();
    return running;
  };
}
