// A file through Apollo Client, by the link that most front ends take for it.
import { ApolloClient, InMemoryCache, gql } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import UploadHttpLink from "apollo-upload-client/UploadHttpLink.mjs";
import { LOGIN, UPLOAD, credentials, fileToSend, print, settings } from "./session.mjs";

let accessToken;
const authorization = () => (accessToken ? { Authorization: `Bearer ${accessToken}` } : {});
const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: new SetContextLink(() => ({ headers: authorization() })).concat(
    new UploadHttpLink({ uri: settings.url, headers: { "Apollo-Require-Preflight": "1" } }),
  ),
});

const { data: loggedIn } = await client.mutate({ mutation: gql(LOGIN), variables: credentials });
accessToken = loggedIn.login.accessToken;

const input = { kind: settings.kind, file: fileToSend() };
const { data } = await client.mutate({ mutation: gql(UPLOAD), variables: { input } });
// Apollo asks for the name of every type; the answer is told without
print(JSON.parse(JSON.stringify(data.uploadFile, (key, value) => (key === "__typename" ? undefined : value))));
client.stop();
