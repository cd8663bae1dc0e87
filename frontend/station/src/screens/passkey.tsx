/** A passkey of the member's own instead of a PIN: shown once with a network, and from then on without one. */

import { type Passkeys, type StaffMember, StationError } from "../core";
import { Refused, useDeed, useStation } from "../parts/screen";
import { w } from "../words";

/** Let this member open the tablet by their passkey from now on; nothing where the browser knows none, or it already does. */
export function AddPasskey({ member }: { member: StaffMember }) {
  const { refused, busy, run } = useByPasskey((passkeys) => passkeys.admit(member.id));
  if (!("PublicKeyCredential" in window) || member.hasPasskey) return null;
  return (
    <section class="tc-card tc-stack tc-stack--close">
      <p class="tc-secondary">{w("passkey.means")}</p>
      <p class="tc-row">
        <button type="button" class="govuk-button govuk-button--secondary tc-button--chair" aria-disabled={busy} onClick={run}>
          {w("passkey.add")}
        </button>
      </p>
      <Refused text={refused} />
    </section>
  );
}

export function OpenByPasskey({ member }: { member: StaffMember }) {
  const { refused, busy, run } = useByPasskey((passkeys) => passkeys.signIn(member.id));
  return (
    <div class="tc-stack tc-stack--close">
      <p class="tc-row">
        <button type="button" class="govuk-button tc-button--chair" aria-disabled={busy} onClick={run}>
          {w("passkey.open")}
        </button>
      </p>
      <Refused text={refused} />
    </div>
  );
}

function useByPasskey(what: (passkeys: Passkeys) => Promise<void>): { refused: string | null; busy: boolean; run: () => void } {
  const station = useStation();
  const { refused, busy, run } = useDeed();
  const deed = async () => {
    const passkeys = await station.passkeys();
    if (passkeys === null) throw new StationError("passkey-refused");
    await what(passkeys);
  };
  return { refused, busy, run: () => run(deed) };
}
