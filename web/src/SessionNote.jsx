import { UnStyledButton } from "@graphiql/react";
import { useSyncExternalStore } from "react";

import { currentSession, onSessionChange, signOut } from "./session.js";

export function SessionNote() {
  const session = useSyncExternalStore(onSessionChange, currentSession);
  if (!session) return <span className="session-note">Not signed in</span>;
  return (
    <span className="session-note">
      Signed in{session.username && <> as <b>{session.username}</b></>}
      {" · "}
      <UnStyledButton type="button" onClick={signOut}>
        sign out
      </UnStyledButton>
    </span>
  );
}
