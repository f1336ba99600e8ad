// Log in, queue a download or ask for a film or a series, watch it live, show what came of it; upload a file, if there is
// one to upload: `npm start -- http://127.0.0.1:8000 email password URL|title [file]`.
import { openAsBlob } from "node:fs";
import { basename } from "node:path";
import { follow } from "./live.ts";
import { Home, Inbox, LogOut, MarkRead, Queue, Result, Story } from "./operations.ts";
import { requestMedia, search } from "./request.ts";
import { Screen } from "./screen.ts";
import { ApiError, Session, done, present, retried } from "./session.ts";
import { upload } from "./upload.ts";

/** Whether what was wanted is there. */
async function run(server: string, email: string, password: string, wanted: string, path?: string): Promise<boolean> {
  const session = await Session.open(new URL("/graphql", server).href, email, password, process.env["SETUP_TOKEN"]);
  const load = () => retried(() => session.execute(Home, { watched: screen.watched }));
  const screen: Screen = new Screen(async () => screen.show(await load()));
  screen.tell(`logged in as ${session.name}`);

  // The server takes the cursor before it reads the page: the stream behind it misses nothing of what comes meanwhile.
  const home = await load();
  screen.show(home);
  const leaving = new AbortController();
  const tell = (line: string) => screen.tell(line);
  const following = follow(session, present(home.streamCursor), (item) => screen.take(item), tell, leaving.signal);
  try {
    const isLink = /^https?:/.test(wanted);
    const id = await (isLink ? queue : ask)(session, screen, wanted);
    if (path) {
      const { filename, mimeType, bytes } = await upload(session, await fileAt(path), "OTHER");
      screen.tell(`uploaded ${filename}: ${mimeType}, ${bytes} bytes`);
    }
    const end = await Promise.race([screen.end(id), following]);
    await (isLink ? showResult : showStory)(session, screen, id);
    await markAllRead(session, screen);
    return end?.status === "COMPLETED";
  } finally {
    leaving.abort();
    await following.catch(() => {}); // it has been told already
    await session.execute(LogOut, {}).catch(() => {}); // the session may have ended by itself
  }
}

/** As a browser has it from `<input type="file">`: it is read while it is sent. */
async function fileAt(path: string): Promise<File> {
  return new File([await openAsBlob(path)], basename(path));
}

async function queue(session: Session, screen: Screen, url: string): Promise<string> {
  const idempotencyKey = crypto.randomUUID(); // the same for every try: however often it is sent, it is one download
  const input = { url, idempotencyKey };
  const { download } = await retried(async () => done((await session.execute(Queue, { input })).queueDownload));
  const row = present(download);
  screen.showRow(row);
  return row.id;
}

async function ask(session: Session, screen: Screen, text: string): Promise<string> {
  const titles = await search(session, text);
  for (const { title, year, requestability } of titles) {
    screen.tell(`${title} (${year ?? "?"}): ${requestability.reason ?? "it can be asked for"}`);
  }
  const [first] = titles;
  if (!first) throw new ApiError(`There is no film or series with "${text}" in its name.`, { code: "NOT_FOUND" });
  const row = await requestMedia(session, first);
  screen.showRow(row);
  return row.id;
}

async function showResult(session: Session, screen: Screen, id: string): Promise<void> {
  const { node } = await session.execute(Result, { id });
  if (node?.__typename !== "Download") return;
  if (node.error) screen.tell([node.error.message, node.error.hint].filter(Boolean).join(" "));
  // the links need no login, and end after 15 minutes: ask for them when somebody wants to play the file
  for (const { kind, filename, bytes, url } of node.files) screen.tell(`${kind} ${filename} (${bytes} bytes): ${url}`);
}

async function showStory(session: Session, screen: Screen, id: string): Promise<void> {
  const { node } = await session.execute(Story, { id });
  if (node?.__typename !== "MediaRequest") return;
  for (const { message } of present(node.timeline).nodes.toReversed()) screen.tell(message);
}

async function markAllRead(session: Session, screen: Screen): Promise<void> {
  const [newest] = present((await session.execute(Inbox, {})).notifications).nodes;
  if (!newest) return;
  const { markNotificationsRead } = await session.execute(MarkRead, { input: { upTo: newest.cursor } });
  screen.tell(`${done(markNotificationsRead).unreadCount} unread`);
}

const [server, email, password, wanted, path] = process.argv.slice(2);
if (server && email && password && wanted) {
  try {
    process.exitCode = (await run(server, email, password, wanted, path)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
} else {
  console.error("npm start -- http://127.0.0.1:8000 email password URL|title [file]");
  process.exitCode = 2;
}
