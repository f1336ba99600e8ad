// graphql-ws alone: goes on behind the last item it saw, and takes a new token when the old one has ended.
import { DOWNLOADS, LOGIN, REFRESH, WATCH, credentials, isLast, openSocket, print, settings } from "./session.mjs";

async function execute(query, variables, accessToken) {
  const response = await fetch(settings.url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(accessToken && { Authorization: `Bearer ${accessToken}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

let { login: session } = await execute(LOGIN, credentials);
let hasExpired = false;

async function connectionParams() {
  if (hasExpired) {
    ({ refreshToken: session } = await execute(REFRESH, { input: { refreshToken: session.refreshToken } }));
    hasExpired = false;
  }
  return { Authorization: `Bearer ${session.accessToken}` };
}

const socket = openSocket(connectionParams);
socket.on("closed", ({ code }) => {
  hasExpired = code === 4403;
});

const { streamCursor, downloads } = await execute(DOWNLOADS, {}, session.accessToken);
print({ queried: downloads.nodes.map(({ version }) => version) });

// Read again at every reconnect, which sends the same variables.
let last = streamCursor;
const variables = {
  get after() {
    return last;
  },
};
for await (const { data, errors } of socket.iterate({ query: WATCH, variables })) {
  if (errors) throw new Error(JSON.stringify(errors));
  last = data.downloads.cursor;
  if (isLast(data)) break;
}
await socket.dispose();
