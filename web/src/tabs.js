const operations = import.meta.glob("./tabs/*.graphql", { query: "?raw", import: "default", eager: true });
const variables = import.meta.glob("./tabs/*.json", { query: "?raw", import: "default", eager: true });

// Ordered by file name; GraphiQL titles a tab by the name of its first operation.
export const tabs = Object.keys(operations)
  .sort()
  .map((path) => ({
    query: operations[path],
    variables: variables[path.replace(/graphql$/, "json")],
  }));
