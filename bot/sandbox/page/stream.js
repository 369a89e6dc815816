/** Hears what changed over a WebSocket and comes back by itself, slower each time, when the line is lost. */

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

/**
 * onChange(event) for every change; onLine({up, retryAt}) when the line comes or goes.
 * Returns {close(), retry()}.
 */
export function openStream(user, { onChange, onLine }) {
  let socket = null;
  let timer = null;
  let pause = FIRST_PAUSE;
  let closed = false;

  function connect() {
    clearTimeout(timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/control/stream?user=${encodeURIComponent(user)}`);
    const mine = socket;
    mine.onopen = () => {
      if (mine !== socket) return;
      pause = FIRST_PAUSE;
      onLine({ up: true });
    };
    mine.onmessage = (message) => {
      if (mine !== socket) return;
      const event = JSON.parse(message.data);
      if (event.type === "changed") onChange(event);
    };
    mine.onclose = () => {
      if (closed || mine !== socket) return;
      const wait = pause * (0.75 + Math.random() / 2);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
      timer = setTimeout(connect, wait);
      onLine({ up: false, retryAt: Date.now() + wait });
    };
  }

  connect();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      socket.close();
    },
    retry() {
      pause = FIRST_PAUSE;
      connect();
    },
  };
}
