// The GraphQL multipart request specification by nothing but fetch and FormData, as browsers have them.
import { LOGIN, credentials, print, settings } from "./session.mjs";

const UPLOAD = /* GraphQL */ `
  mutation Upload($input: UploadFileInput!) {
    uploadFile(input: $input) {
      file { filename mimeType bytes sha256 }
      errors { code }
    }
  }
`;

async function post(body, headers) {
  const response = await fetch(settings.url, { method: "POST", body, headers });
  return { status: response.status, ...(await response.json()) };
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
const file = new File([Buffer.alloc(settings.bytes, "MediaNest\n")], 'a "quoted" ü.txt', { type: "image/png" });
const headers = { Authorization: `Bearer ${data.login.accessToken}`, "Apollo-Require-Preflight": "1" };
const { status, data: answer } = await post(form(file), headers);
print({ status, ...answer.uploadFile });
