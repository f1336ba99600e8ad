// What a person sees: the page that was read once, kept true by the stream.
import type { DownloadRowFragment, HomeQuery, ItemFragment, RequestRowFragment } from "./operations.ts";

type Row = DownloadRowFragment | RequestRowFragment;

const ENDS = new Set<Row["status"]>(["COMPLETED", "FAILED", "CANCELLED", "DECLINED"]);

export class Screen {
  readonly #rows = new Map<string, Row>();
  readonly #waiting = new Map<string, (row: Row) => void>();
  readonly #reload: () => void;

  /** `reload` reads the page again, and shows it. */
  constructor(reload: () => void) {
    this.#reload = reload;
  }

  /** Those that somebody waits for, finished or not. */
  get watched(): string[] {
    return [...this.#waiting.keys()];
  }

  show({ dashboard, nodes, requests }: HomeQuery): void {
    dashboard?.activeDownloads.nodes.forEach((row) => this.showRow(row));
    for (const node of nodes) if (node?.__typename === "Download") this.showRow(node);
    for (const node of requests) if (node?.__typename === "MediaRequest") this.showRow(node);
  }

  take(item: ItemFragment): void {
    switch (item.__typename) {
      case "DownloadChanged":
        return this.showRow(item.download);
      case "MediaRequestChanged":
        return this.showRow(item.request);
      case "DownloadTick":
        return this.tell(`${item.progress.percent.toFixed(1).padStart(5)} % ${item.stage ?? ""}`, { passing: true });
      case "NotificationReceived":
        return this.tell(`${item.notification.title} (${item.unreadCount} unread)`);
      case "NotificationsRead":
        return this.tell(`${item.unreadCount} unread`);
      case "StreamReset":
        this.tell(`reading everything again: ${item.reason}`);
        return this.#reload();
    }
  }

  /** Page and stream overlap rather than leave a gap: what is known already, or newer, stays. */
  showRow(row: Row): void {
    const known = this.#rows.get(row.id);
    if (known && row.version <= known.version) return;
    this.#rows.set(row.id, row);
    if (known?.status !== row.status) this.tell(`${row.status} ${"media" in row ? row.media.title : (row.title ?? row.url)}`);
    if (ENDS.has(row.status)) this.#waiting.get(row.id)?.(row);
  }

  /** The download or the request as it is once nothing more happens to it by itself. */
  end(id: string): Promise<Row> {
    const row = this.#rows.get(id);
    if (row && ENDS.has(row.status)) return Promise.resolve(row);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** A line; one that is `passing` is written over by the next where a person looks on. */
  tell(line: string, { passing = false } = {}): void {
    const isTerminal = process.stdout.isTTY;
    process.stdout.write(`${isTerminal ? "\r\x1b[K" : ""}${line}${isTerminal && passing ? "" : "\n"}`);
  }
}
