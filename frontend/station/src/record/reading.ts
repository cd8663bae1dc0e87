/** What a station tells of its day, where there is one to read: the same at work and in a rehearsal. */

import type { Desk, Finding, FormShown, Row, Search, Stage, StandbyList, TypedDose, Visit } from "../core.js";
import type { Today } from "./today.js";

const MOST_FOUND = 20;

export abstract class Reading {
  /** The day as it stands; refuses where nobody may read it now. */
  protected abstract open(): Today;

  today(filter: Search = {}): readonly Row[] {
    return this.open().rows(filter.stage);
  }

  counts(): Readonly<Record<Stage, number>> {
    return this.open().counts();
  }

  search(text: string, most = MOST_FOUND): readonly Row[] {
    return this.open().search(text, most);
  }

  find(scanned: string): Promise<Row | null> {
    return this.open().find(scanned);
  }

  visit(key: string): Visit | null {
    return this.open().visit(key);
  }

  typedFor(vaccinator: string): readonly TypedDose[] {
    return this.open().typedFor(vaccinator);
  }

  standby(): readonly StandbyList[] {
    return this.open().standby();
  }

  desk(): Desk {
    return this.open().desk();
  }

  forms(ageYears: number): readonly FormShown[] {
    return this.open().forms(ageYears);
  }

  judge(key: string, product: string, day: string): readonly Finding[] {
    return this.open().judge(key, product, day);
  }
}
