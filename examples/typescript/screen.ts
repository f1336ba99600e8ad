// What a person sees: the page that was read once, kept true by the stream.
import type { DownloadRowFragment, HomeQuery, ItemFragment } from "./operations.ts";

const ENDS = new Set(["COMPLETED", "FAILED", "CANCELLED"]);

export class Screen {
  readonly #downloads = new Map<string, DownloadRowFragment>();
  readonly #waiting = new Map<string, (row: DownloadRowFragment) => void>();
  readonly #reload: () => void;

  /** `reload` reads the page again, and shows it. */
  constructor(reload: () => void) {
    this.#reload = reload;
  }

  /** Those that somebody waits for, finished or not. */
  get watched(): string[] {
    return [...this.#waiting.keys()];
  }

  show({ dashboard, nodes }: HomeQuery): void {
    dashboard?.activeDownloads.nodes.forEach((row) => this.showDownload(row));
    for (const node of nodes) if (node?.__typename === "Download") this.showDownload(node);
  }

  take(item: ItemFragment): void {
    switch (item.__typename) {
      case "DownloadChanged":
        return this.showDownload(item.download);
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
  showDownload(row: DownloadRowFragment): void {
    const known = this.#downloads.get(row.id);
    if (known && row.version <= known.version) return;
    this.#downloads.set(row.id, row);
    if (known?.status !== row.status) this.tell(`${row.status} ${row.title ?? row.url}`);
    if (ENDS.has(row.status)) this.#waiting.get(row.id)?.(row);
  }

  /** The download as it is once nothing more happens to it by itself. */
  end(id: string): Promise<DownloadRowFragment> {
    const row = this.#downloads.get(id);
    if (row && ENDS.has(row.status)) return Promise.resolve(row);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** A line; one that is `passing` is written over by the next where a person looks on. */
  tell(line: string, { passing = false } = {}): void {
    const isTerminal = process.stdout.isTTY;
    process.stdout.write(`${isTerminal ? "\r\x1b[K" : ""}${line}${isTerminal && passing ? "" : "\n"}`);
  }
}
