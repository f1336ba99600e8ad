// The public audit suite of "GraphQL over HTTP"; prints one line for each audit.
import { auditServer } from "graphql-http";
import { print, settings } from "./session.mjs";

for (const { id, name, status, reason } of await auditServer({ url: settings.url })) print({ id, name, status, reason });
