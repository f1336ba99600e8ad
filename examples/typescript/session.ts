// Who is logged in: operations over HTTP, and tokens that are renewed when they have ended.
import {
  type ErrorCode,
  type FailureFragment,
  FirstAdmin,
  LogIn,
  type LoginFragment,
  type Operation,
  Refresh,
  Server,
} from "./operations.ts";

const SECONDS = 1000;

interface Failure {
  code: ErrorCode;
  retryAfterSeconds?: number;
}

/** What was not done. `code` is what a program branches on, the message is for people. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number;

  constructor(message: string, { code, retryAfterSeconds = 0.5 }: Failure) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether the same may work a little later. */
  get isPassing(): boolean {
    return this.code === "UNAVAILABLE" || this.code === "TIMEOUT" || this.code === "RATE_LIMITED";
  }
}

/** The payload of a mutation that was done. Throws ApiError for one that was not. */
export function done<Payload extends { errors: FailureFragment[] }>(payload: Payload): Payload {
  const [first] = payload.errors;
  if (first) throw new ApiError(payload.errors.map(explain).join("\n"), first);
  return payload;
}

/** Nullable fields are null where an error says why, which `execute` has thrown. */
export function present<Value>(value: Value | null): Value {
  if (value === null) throw new Error("the server left something out without an error");
  return value;
}

export const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Does it up to three times, as long as it fails in passing. What is not harmless twice needs an idempotency key. */
export async function retried<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let left = 2; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !(error instanceof ApiError && error.isPassing)) throw error;
      await pause(error.retryAfterSeconds * SECONDS);
    }
  }
}

export class Session {
  readonly url: string;
  #login: LoginFragment;
  #renewal: Promise<void> | undefined;

  private constructor(url: string, login: LoginFragment) {
    this.url = url;
    this.#login = login;
  }

  /** Logs in. On a new server it makes the first administrator, with the token that the server printed. */
  static async open(url: string, email: string, password: string, setupToken = ""): Promise<Session> {
    if (!(await post(url, Server, {})).server.setupRequired) {
      const { login } = await post(url, LogIn, { input: { email, password, deviceName: "TypeScript example" } });
      return new Session(url, done(login));
    }
    const username = email.replace(/@.*/, "");
    const { createFirstAdmin } = await post(url, FirstAdmin, { input: { setupToken, email, username, password } });
    return new Session(url, done(createFirstAdmin));
  }

  get name(): string {
    return this.#login.user?.displayName ?? "";
  }

  get accessToken(): string {
    return this.#login.accessToken ?? "";
  }

  /** The result of an operation, with a new token if the old one had ended. Throws ApiError. */
  async execute<Result, Variables>(operation: Operation<Result, Variables>, variables: Variables): Promise<Result> {
    const { accessToken } = this;
    try {
      return await post(this.url, operation, variables, accessToken);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "TOKEN_EXPIRED")) throw error;
    }
    await this.renew(accessToken);
    return post(this.url, operation, variables, this.accessToken);
  }

  /**
   * New tokens in place of the one that `ended`: once for all who ask at the same time, and not at all for one that has
   * been replaced meanwhile. Throws ApiError when the session is over: log in again.
   */
  async renew(ended: string): Promise<void> {
    if (ended !== this.accessToken) return;
    this.#renewal ??= this.#trade().finally(() => {
      this.#renewal = undefined;
    });
    await this.#renewal;
  }

  async #trade(): Promise<void> {
    const input = { refreshToken: this.#login.refreshToken ?? "" };
    // Every token is good for one trade. But its answer may be lost on the way: for ten seconds the same token gets the
    // same answer, so three tries of two seconds are safe, and later ones would be taken for theft.
    this.#login = await retried(async () => done((await post(this.url, Refresh, { input }, undefined, 2)).refreshToken));
  }
}

async function post<Result, Variables>(
  url: string,
  query: Operation<Result, Variables>,
  variables: Variables,
  accessToken?: string,
  seconds = 15,
): Promise<Result> {
  const headers = { "Content-Type": "application/json", ...(accessToken && { Authorization: `Bearer ${accessToken}` }) };
  const signal = AbortSignal.timeout(seconds * SECONDS);
  let answer: { data?: Result; errors?: { message: string; extensions: Failure }[] };
  try {
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }), signal });
    answer = await response.json(); // errors are JSON too, whatever the status is
  } catch {
    throw new ApiError(`There is no answer from ${url}.`, { code: "UNAVAILABLE" });
  }
  const [error] = answer.errors ?? [];
  if (error) throw new ApiError(error.message, error.extensions);
  return answer.data as Result;
}

function explain(error: FailureFragment): string {
  switch (error.__typename) {
    case "RateLimitedError":
      return `${error.message} (It may be tried again in ${error.retryAfterSeconds} s.)`;
    case "QuotaExceededError":
      return error.quota.resetsAt ? `${error.message} (The next is free at ${error.quota.resetsAt}.)` : error.message;
    default: // new kinds may come with a newer server, and every one has these
      return `${error.code}: ${error.message}${error.path ? ` (${error.path.join(".")})` : ""}`;
  }
}
