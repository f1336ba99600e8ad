// A file of one's own: announced, sent straight to where files are kept, completed.
import { Announce, Complete, type FileKind, type UploadedFragment } from "./operations.ts";
import { ApiError, type Session, done, present, retried } from "./session.ts";

const FIRST_FAILURE = 500;

/** The file, once the server has looked at it. Throws ApiError. */
export async function upload(session: Session, file: File, kind: FileKind): Promise<UploadedFragment> {
  const mimeType = file.type || "application/octet-stream";
  const input = { kind, filename: file.name, mimeType, bytes: file.size };
  const ticket = present(done((await session.execute(Announce, { input })).createUpload).ticket);
  if (ticket.parts.length === 0) {
    await send(ticket.url, file, Object.fromEntries(ticket.headers.map(({ name, value }) => [name, value])));
  }
  let start = 0;
  for (const { url, bytes } of ticket.parts) {
    await send(url, file.slice(start, start + bytes), {});
    start += bytes;
  }
  // To complete twice is harmless, so that it may be sent again when its answer was lost.
  const { id } = ticket.file;
  const completed = await retried(async () => done((await session.execute(Complete, { input: { id } })).completeUpload));
  return present(completed.file);
}

/** A part that failed is sent again, and not those before it. The address is all that is needed: it is for nothing else. */
async function send(url: string, body: Blob, headers: Record<string, string>): Promise<void> {
  await retried(async () => {
    const response = await fetch(url, { method: "PUT", body, headers }).catch(() => undefined);
    if (response?.ok) return;
    const isPassing = !response || response.status >= FIRST_FAILURE;
    const what = response ? `answered ${response.status}` : "did not answer";
    throw new ApiError(`The file was not taken: its address ${what}.`, { code: isPassing ? "UNAVAILABLE" : "CONFLICT" });
  });
}
