/** The way to correct or void a dose, from wherever whoever gave it sees the person afterwards. */

import type { Visit } from "../core";
import { dutiesOf } from "../duties";
import { to } from "../nav";
import { w } from "../words";
import { useStation } from "./screen";

export function MendLink({ visit }: { visit: Visit }) {
  const station = useStation();
  if (visit.doses.length === 0 || !dutiesOf(station.status.staff).has("dose")) return null;
  return (
    <p class="tc-no-print">
      <a href={to("visit", visit.key, "mend")}>{w("dose.mend")}</a>
    </p>
  );
}
