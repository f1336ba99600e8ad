// What every client here is told by the test, and tells it: JSON, a line for each thing that happens.
import { setTimeout } from "node:timers/promises";
import { createClient } from "graphql-ws";

export const settings = JSON.parse(process.argv[2]);

export const print = (line) => console.log(JSON.stringify(line));

export const LOGIN = /* GraphQL */ `
  mutation LogIn($input: LoginInput!) {
    login(input: $input) {
      accessToken
      refreshToken
      errors { code message }
    }
  }
`;
export const REFRESH = /* GraphQL */ `
  mutation Refresh($input: RefreshTokenInput!) {
    refreshToken(input: $input) {
      accessToken
      refreshToken
      errors { code message }
    }
  }
`;
export const DOWNLOADS = /* GraphQL */ `
  query Downloads {
    streamCursor
    downloads {
      nodes { id title version }
    }
  }
`;
export const WATCH = /* GraphQL */ `
  subscription Watch($after: Cursor) {
    downloads(after: $after) {
      ... on DownloadChanged {
        cursor
        download { id title version }
      }
    }
  }
`;

export const credentials = { input: { email: settings.email, password: settings.password } };

export const openSocket = (connectionParams) =>
  createClient({
    url: settings.url.replace("http", "ws"),
    connectionParams,
    // left alone it tries five times, after 1 to 4 s at first, too slow for a test;
    retryAttempts: 100,
    retryWait: () => setTimeout(200),
    // nor after an error, with which the connection to a server ends that was killed
    shouldRetry: () => true,
    on: {
      connected: () => print({ connected: true }),
      closed: ({ code, reason }) => print({ closed: code, reason }),
    },
  });

// The same graphql-ws client, but a subscription goes on behind its last item when the connection was lost:
// graphql-ws sends the variables again, and so reads `after` again.
export const resuming = (socket) => ({
  ...socket,
  subscribe(payload, sink) {
    let last = payload.variables.after;
    const variables = {
      ...payload.variables,
      get after() {
        return last;
      },
    };
    const next = (result) => {
      last = result.data?.downloads?.cursor ?? last;
      sink.next(result);
    };
    return socket.subscribe({ ...payload, variables }, { ...sink, next });
  },
});

let received = 0;

// Prints a result of WATCH; whether it was the last one that the test waits for.
export function isLast({ downloads }) {
  print({ version: downloads.download.version, title: downloads.download.title });
  received += 1;
  return received === settings.count;
}

export const UPLOAD = /* GraphQL */ `
  mutation Upload($input: UploadFileInput!) {
    uploadFile(input: $input) {
      file { filename mimeType bytes sha256 }
      errors { code }
    }
  }
`;

// of a type and a name that are not to be believed
export const fileToSend = () =>
  new File([Buffer.alloc(settings.bytes, "MediaNest\n")], 'a "quoted" ü.txt', { type: "image/png" });
