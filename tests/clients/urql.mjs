import { Client, cacheExchange, fetchExchange, subscriptionExchange } from "@urql/core";
import { DOWNLOADS, LOGIN, WATCH, credentials, isLast, openSocket, print, resuming, settings } from "./session.mjs";

let accessToken;
const authorization = () => (accessToken ? { Authorization: `Bearer ${accessToken}` } : {});

const socket = resuming(openSocket(authorization));
const client = new Client({
  url: settings.url,
  preferGetMethod: false,
  fetchOptions: () => ({ headers: authorization() }),
  exchanges: [
    cacheExchange,
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query, variables }) => ({
        subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
      }),
    }),
  ],
});

function dataOf({ data, error }) {
  if (error) throw error;
  return data;
}

({ accessToken } = dataOf(await client.mutation(LOGIN, credentials)).login);

const { streamCursor, downloads } = dataOf(await client.query(DOWNLOADS, {}));
print({ queried: downloads.nodes.map(({ version }) => version) });

await new Promise((resolve, reject) => {
  const { unsubscribe } = client.subscription(WATCH, { after: streamCursor }).subscribe((result) => {
    if (result.error) reject(result.error);
    else if (isLast(result.data)) {
      unsubscribe();
      resolve();
    }
  });
});
await socket.dispose();
