import { post } from "./http.js";
import logout from "./operations/logout.graphql?raw";
import renewal from "./operations/renew.graphql?raw";

const KEY = "medianest:session";
const RENEW_BEFORE_MS = 30_000;
const REFUSALS = ["TOKEN_EXPIRED", "UNAUTHENTICATED"];

const listeners = new Set();
let session = JSON.parse(sessionStorage.getItem(KEY));
let renewing = null;

export const currentSession = () => session;

/** Calls back when somebody signs in or out; returns what ends that. */
export function onSessionChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Signs in with the token in an answer, whichever mutation gave it, and out when the server refused ours. */
export function noticeAnswer(answer, sentHeaders) {
  const payload = findAuthPayload(answer);
  if (payload) change(toSession(payload));
  else if (session && sentHeaders.get("Authorization") === bearer(session) && isRefusal(answer)) change(null);
}

/** Headers with the session's token, unless the given ones, from GraphiQL's editor, bring their own. */
export async function authorize(ownHeaders) {
  const headers = new Headers(ownHeaders);
  if (headers.has("Authorization")) return headers;
  if (isExpiring(session)) {
    renewing ??= renew(session).finally(() => (renewing = null));
    await renewing;
  }
  if (session) headers.set("Authorization", bearer(session));
  return headers;
}

export async function signOut() {
  const headers = new Headers({ Authorization: bearer(session) });
  change(null);
  await post({ query: logout }, headers);
}

/** The same person with a new token: nobody is told. */
async function renew({ refreshToken }) {
  const payload = findAuthPayload(await post({ query: renewal, variables: { refreshToken } }));
  if (payload) keep(toSession(payload));
  else change(null);
}

const bearer = ({ accessToken }) => `Bearer ${accessToken}`;

const findAuthPayload = ({ data }) => Object.values(data ?? {}).find((payload) => payload?.accessToken);

const isRefusal = ({ errors }) => errors?.some(({ extensions }) => REFUSALS.includes(extensions?.code));

const toSession = ({ accessToken, refreshToken, expiresAt, user }) => ({
  accessToken,
  refreshToken,
  expiresAt,
  username: user?.username,
});

const isExpiring = (candidate) =>
  candidate?.refreshToken && Date.parse(candidate.expiresAt) - Date.now() < RENEW_BEFORE_MS;

function change(next) {
  keep(next);
  for (const listener of listeners) listener();
}

function keep(next) {
  session = next;
  sessionStorage.setItem(KEY, JSON.stringify(next));
}
