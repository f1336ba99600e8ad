// What happens on the server, as it happens and without a gap.
import { type Client, createClient } from "graphql-ws";
import { Changes, type ItemFragment, Live, type LiveSubscription, type LiveSubscriptionVariables } from "./operations.ts";
import { ApiError, type Session, pause, present } from "./session.ts";

const POLL_MS = 2_000;
const POLLS = 30; // then a websocket is tried again
const LONGEST_WAIT_MS = 10_000;
const FORBIDDEN = 4403; // the token has ended, or one may do something else than before

/** Hands on every item behind `after`, until `signal`: over a websocket, or by asking again and again without one. */
export async function follow(
  session: Session,
  after: string,
  handle: (item: ItemFragment) => void,
  tell: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = after;
  const variables = {
    // a getter: graphql-ws sends the variables anew at each reconnect, and so goes on behind the last item
    get after() {
      return last;
    },
  };
  const take = (item: ItemFragment) => {
    if ("cursor" in item) last = item.cursor;
    handle(item);
  };
  const left = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  const socket = openSocket(session, tell);
  while (!signal.aborted) {
    try {
      await watch(socket, variables, take, left);
    } catch {
      tell("no websocket: asking for changes instead");
    }
    for (let times = 0; times < POLLS && !signal.aborted; times += 1) {
      last = await poll(session, last, take);
      await Promise.race([pause(POLL_MS), left]);
    }
  }
  await socket.dispose();
}

function openSocket(session: Session, tell: (message: string) => void): Client {
  let wasOpen = false;
  let used: string;
  let ended: string | undefined;
  return createClient({
    url: session.url.replace(/^http/, "ws"),
    connectionParams: async () => {
      if (ended) await session.renew(ended);
      ended = undefined;
      used = session.accessToken;
      return { Authorization: `Bearer ${used}` };
    },
    // one that was open comes back soon; one that never was may be blocked on the way, and `follow` polls meanwhile
    shouldRetry: () => wasOpen,
    retryAttempts: 5,
    retryWait: (retries) => pause(Math.min(500 * 2 ** retries, LONGEST_WAIT_MS) * (0.5 + Math.random())),
    on: {
      connected: () => {
        wasOpen = true;
        tell("live");
      },
      closed: (event) => {
        const { code, reason } = event as CloseEvent;
        if (code === FORBIDDEN) ended = used;
        tell(`closed: ${code} ${reason}`);
      },
    },
  });
}

/** Until `left`. Throws when graphql-ws gives up, for whatever reason. */
function watch(
  socket: Client,
  variables: LiveSubscriptionVariables,
  take: (item: ItemFragment) => void,
  left: Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = socket.subscribe<LiveSubscription>(
      { query: Live, variables },
      {
        next: ({ data }) => data && take(data.dashboard),
        error: reject,
        complete: resolve,
      },
    );
    void left.then(stop);
  });
}

/** Hands on what came after `last`, and returns where to go on. Whoever is logged out gets to know it here. */
async function poll(session: Session, last: string, take: (item: ItemFragment) => void): Promise<string> {
  try {
    for (;;) {
      const { items, cursor, hasMore } = present((await session.execute(Changes, { after: last })).changes);
      items.forEach(take);
      last = cursor;
      if (!hasMore) return last;
    }
  } catch (error) {
    if (error instanceof ApiError && error.isPassing) return last;
    throw error;
  }
}
