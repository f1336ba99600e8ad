// The GraphQL multipart request specification by nothing but fetch and FormData, as browsers have them.
import { LOGIN, UPLOAD, credentials, fileToSend, print, settings } from "./session.mjs";

async function post(body, headers) {
  return (await fetch(settings.url, { method: "POST", body, headers })).json();
}

function form(file) {
  const made = new FormData();
  made.append("operations", JSON.stringify({ query: UPLOAD, variables: { input: { kind: settings.kind, file: null } } }));
  made.append("map", JSON.stringify({ 0: ["variables.input.file"] }));
  made.append("0", file, file.name);
  return made;
}

const asked = JSON.stringify({ query: LOGIN, variables: credentials });
const { data } = await post(asked, { "Content-Type": "application/json" });
const headers = { Authorization: `Bearer ${data.login.accessToken}`, "Apollo-Require-Preflight": "1" };
const { data: answer } = await post(form(fileToSend()), headers);
print(answer.uploadFile);
