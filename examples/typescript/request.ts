// A film or a series: found, asked for, or followed where somebody asked before.
import { Ask, Follow, type RequestRowFragment, Search, type SearchQuery } from "./operations.ts";
import { type Session, done, present, retried } from "./session.ts";

type Title = NonNullable<SearchQuery["search"]>["nodes"][number];

/** What has these words in its name. Throws ApiError. */
export async function search(session: Session, text: string): Promise<Title[]> {
  return present((await retried(() => session.execute(Search, { text }))).search).nodes;
}

/** The request for it, of a series for all seasons that are missing. Throws ApiError. */
export async function requestMedia(session: Session, title: Title): Promise<RequestRowFragment> {
  const seasons = title.__typename === "TvShow" ? ({ select: "MISSING" } as const) : undefined;
  const idempotencyKey = crypto.randomUUID(); // the same for every try: however often it is sent, it is one request
  const input = { media: { id: title.id }, seasons, idempotencyKey };
  return retried(async () => {
    const { createMediaRequest } = await session.execute(Ask, { input });
    const [error] = createMediaRequest.errors;
    if (error?.__typename === "DuplicateError" && error.existing) return follow(session, error.existing.id);
    return present(done(createMediaRequest).request);
  });
}

async function follow(session: Session, id: string): Promise<RequestRowFragment> {
  const { followMediaRequest } = await session.execute(Follow, { input: { id } });
  return present(done(followMediaRequest).request);
}
