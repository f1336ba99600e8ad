import { getOperationAST } from "graphql";
import { createClient } from "graphql-ws";

import { endpoint, post } from "./http.js";
import { authorize, noticeAnswer, onSessionChange } from "./session.js";

/** What GraphiQL calls to run an operation: subscriptions go over a websocket, everything else by POST. */
export function fetcher(operation, { headers, documentAST } = {}) {
  const definition = documentAST && getOperationAST(documentAST, operation.operationName);
  return definition?.operation === "subscription" ? watch(operation, headers) : ask(operation, headers);
}

async function ask(operation, ownHeaders) {
  const headers = await authorize(ownHeaders);
  const answer = await post(operation, headers);
  noticeAnswer(answer, headers);
  return answer;
}

// GraphiQL runs one operation at a time: the socket opens with a subscription and closes with it.
let socketHeaders;
const client = createClient({
  url: endpoint.href.replace(/^http/, "ws"),
  connectionParams: async () => ({ Authorization: (await authorize(socketHeaders)).get("Authorization") ?? undefined }),
  shouldRetry: () => true, // also after the error that a server ends with which was killed without a word
});
onSessionChange(() => client.terminate()); // it comes back by itself, with the new token

function watch(operation, ownHeaders) {
  socketHeaders = ownHeaders;
  return {
    subscribe(observer) {
      const error = (reason) => observer.error(reason instanceof CloseEvent ? toError(reason) : reason);
      return { unsubscribe: client.subscribe(operation, { ...observer, error }) };
    },
  };
}

const toError = ({ code, reason }) => new Error(`The websocket was closed: ${code} ${reason}`);
