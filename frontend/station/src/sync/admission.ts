/** How a member of the staff comes to unlock this tablet: by digits the lead gave, and a PIN of their own. */

import { StationError } from "../core.js";
import type { Clock } from "../record/clock.js";
import type { Secrets, Vault } from "../store/vault.js";
import { isPin } from "../store/vault.js";
import { patient } from "./enrolling.js";
import type { Puller } from "./pull.js";

export class Admission {
  private lost = "";

  constructor(
    private readonly puller: Puller,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** Tell whether a new data key began: what the old one sealed is then to be forgotten. */
  async admit(staff: string, pin: string, word: string): Promise<{ fresh: boolean }> {
    if (!isPin(pin)) throw new StationError("pin-refused"); // before the digits are spent
    const given = await this.given({ staff, code: word.replace(/\s/g, "") });
    const own = given?.find((one) => one.staff === staff);
    if (own === undefined) throw new StationError("code-refused");
    return this.vault.admit(own, pin, this.clock.day());
  }

  /** Digits serve once, and tries are few: were they taken and the answer lost, it is asked who may before they are told again. */
  private async given(word: { staff: string; code: string }): Promise<readonly Secrets[] | null> {
    const told = JSON.stringify(word);
    const standing = this.lost === told ? await patient(this.puller.unlocks(null)) : null;
    const isIn = standing?.some(({ staff }) => staff === word.staff) ?? false;
    this.lost = told;
    const given = isIn ? standing : await patient(this.puller.unlocks(word));
    this.lost = "";
    return given;
  }
}
