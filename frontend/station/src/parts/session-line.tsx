/** Above today's list: that the session stands stopped, to everybody; the way to say how it goes on, to the lead. */

import { dutiesOf } from "../duties";
import { to } from "../nav";
import { w } from "../words";
import { useStation } from "./screen";

export function SessionLine() {
  const station = useStation();
  const { sessions } = station.desk();
  const stopped = sessions.some((one) => one.stopped !== null && !one.closed);
  const isLead = dutiesOf(station.status.staff).has("lead");
  if (!stopped && (!isLead || sessions.length === 0)) return null;
  return (
    <p class={stopped ? "tc-notice tc-notice--stop" : ""}>
      {stopped && <b>{w("session.stands-stopped")} </b>}
      <a class="tc-app__way" href={to("session")}>{w("session.title")}</a>
    </p>
  );
}
