// Journal entries as they come, by server-sent events.

import { adminUrl, call } from "./api.js";

const RETRY_MS = 2000;

export class Stream {
  /**
   * @param {{entries: function(object): void, status: function(string, string): void}} handlers `entries` gets each
   *   batch; `status` gets "live" or "lost", and words for people
   */
  constructor(handlers) {
    this.handlers = handlers;
    this.source = null;
    this.timer = 0;
  }

  /** Begin to listen; the query is that of `GET /__admin/requests`. */
  open(query) {
    this.close();
    this.handlers.status("waiting", "connecting");
    const source = new EventSource(adminUrl("events", query));
    this.source = source;
    source.addEventListener("open", () => this.handlers.status("live", "live"));
    source.addEventListener("entries", (event) => this.handlers.entries(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      this.handlers.status("lost", "no connection, trying again");
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      call("GET", "sessions").catch(() => {}); // shows that access is denied, if that is why
      this.timer = setTimeout(() => this.source === source && this.open(query), RETRY_MS);
    });
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }
}
