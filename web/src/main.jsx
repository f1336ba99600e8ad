import "graphiql/setup-workers/vite";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./style.css";

import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

import { fetcher } from "./api.js";
import icon from "./icon.svg?no-inline";
import { SessionNote } from "./SessionNote.jsx";
import { tabs } from "./tabs.js";

// Variables and history hold passwords as soon as somebody logs in: nothing may outlive the browser tab.
const storage = sessionStorage;
const isFirstVisit = storage.getItem("graphiql:tabState") === null;

createRoot(document.getElementById("root")).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    shouldPersistHeaders={false}
    defaultTabs={tabs}
    // GraphiQL shows the first tab's query by itself, but not its variables
    initialVariables={isFirstVisit ? tabs[0].variables : undefined}
    defaultEditorToolsVisibility="variables"
  >
    <GraphiQL.Logo>
      <SessionNote />
      <strong>MediaNest</strong>
      <img src={icon} alt="" />
    </GraphiQL.Logo>
  </GraphiQL>,
);
