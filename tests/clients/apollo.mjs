import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { DOWNLOADS, LOGIN, WATCH, credentials, isLast, openSocket, print, resuming, settings } from "./session.mjs";

let accessToken;
const authorization = () => (accessToken ? { Authorization: `Bearer ${accessToken}` } : {});

const socket = resuming(openSocket(authorization));
const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(socket),
    new SetContextLink(() => ({ headers: authorization() })).concat(new HttpLink({ uri: settings.url })),
  ),
});

const { data: loggedIn } = await client.mutate({ mutation: gql(LOGIN), variables: credentials });
accessToken = loggedIn.login.accessToken;

const { data } = await client.query({ query: gql(DOWNLOADS) });
print({ queried: data.downloads.nodes.map(({ version }) => version) });

await new Promise((resolve, reject) => {
  client.subscribe({ query: gql(WATCH), variables: { after: data.streamCursor } }).subscribe({
    next: (result) => {
      if (result.error) reject(result.error);
      else if (isLast(result.data)) resolve();
    },
    error: reject,
    complete: () => reject(new Error("the subscription ended")),
  });
});
client.stop();
await socket.dispose();
