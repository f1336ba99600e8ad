// The page is …/graphiql and the API its sibling …/graphql, under any base path.
export const endpoint = new URL("graphql", location.origin + location.pathname);

/** Posts a GraphQL request and returns the answer; a proxy's error page becomes a readable error. */
export async function post(operation, headers = new Headers()) {
  headers.set("Content-Type", "application/json");
  const response = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(operation) });
  if (!response.headers.get("Content-Type")?.includes("json")) {
    throw new Error(`${endpoint.pathname} answered ${response.status} ${response.statusText}, and not in JSON`);
  }
  return response.json();
}
