/**
 * Passkeys of the staff (WebAuthn): one says once, with a network, that its holder may open this tablet, and its PRF opens the data key
 * from then on, as a PIN does (docs/operations/station.md, Unlocking). A tablet needs it once a person, so it comes in a file of its own.
 */

import { type Passkeys, StationError } from "../core.js";
import type { Enrolled, Parts } from "../enrolled.js";
import { type Way } from "../store/vault.js";
import { type Bytes, concat, fromBase64url, toBase64url, utf8, uuidBytes } from "../wire/bytes.js";
import { patient } from "./enrolling.js";

const UNLOCK = utf8("tc/unlock/1");
const PRF = utf8("tc/prf/1");
const PRF_BYTES = 32;
const NO_SALT: Bytes = new Uint8Array(0);
/** How long a person may look for their key. */
const PATIENCE_MS = 60_000;

interface Around {
  readonly parts: Parts;
  enrolled(): Enrolled;
  /** The passkeys that the center knows of a member, base64url. */
  credentials(staff: string): readonly string[];
  knowTime(): Promise<void>;
  came(staff: string, how: { fresh: boolean }): Promise<void>;
}

interface Shown {
  readonly credential: Bytes;
  readonly prf: Bytes | null;
  readonly proof: Readonly<Record<"credential" | "authenticator_data" | "client_data" | "signature", string>>;
}

export class PasskeysHere implements Passkeys {
  private constructor(private readonly around: Around) {}

  /** Null where this browser knows no passkeys. */
  static of(around: Around): PasskeysHere | null {
    return typeof PublicKeyCredential === "function" ? new PasskeysHere(around) : null;
  }

  async admit(staff: string): Promise<void> {
    const { puller, vault, device } = this.around.enrolled();
    const known = this.around.credentials(staff).map(fromBase64url);
    const shown: Shown[] = [];
    const given = await patient(
      puller.unlocks(async (nonce) => {
        const challenge = await digest(UNLOCK, uuidBytes(device.id), uuidBytes(staff), utf8(nonce));
        const one = await show({ challenge, known, prf: await prfInput(device.id, staff) });
        if (one.prf === null) throw new StationError("passkey-plain"); // before the center has let anybody in
        shown.push(one);
        return { staff, proof: one.proof };
      }),
    );
    const own = given?.find((one) => one.staff === staff);
    const [one] = shown;
    if (own === undefined || !one?.prf) throw new StationError("passkey-refused");
    const way: Way = { key: one.prf, salt: NO_SALT, iterations: 0, credential: one.credential };
    await this.around.came(staff, await vault.admitBy(own, this.around.parts.clock.day(), async () => way));
  }

  async signIn(staff: string): Promise<void> {
    await this.around.knowTime();
    const { vault, device } = this.around.enrolled();
    const wraps = await vault.wrapsFor(staff, this.around.parts.clock.day());
    const known = wraps.flatMap(({ credential }) => credential ?? []);
    // Nobody looks at this signature: without a network there is nobody to. What opens is the key's own secret.
    const one = await show({ challenge: crypto.getRandomValues(new Uint8Array(PRF_BYTES)), known, prf: await prfInput(device.id, staff) });
    const wrap = wraps.find(({ credential }) => credential !== undefined && toBase64url(credential) === toBase64url(one.credential));
    if (one.prf === null || wrap === undefined) throw new StationError("passkey-refused");
    const way: Way = { key: one.prf, salt: NO_SALT, iterations: 0, credential: one.credential };
    if (!(await vault.unlockBy(wrap, way))) throw new StationError("passkey-refused");
    await this.around.came(staff, { fresh: false });
  }
}

/** Of which the PRF is taken: another tablet or another member has another secret from the same passkey. */
function prfInput(device: string, staff: string): Promise<Bytes> {
  return digest(PRF, uuidBytes(device), uuidBytes(staff));
}

/** Have the member show one of these passkeys, with finger, face or code. */
async function show({ challenge, known, prf }: { challenge: Bytes; known: readonly Bytes[]; prf: Bytes }): Promise<Shown> {
  if (known.length === 0) throw new StationError("passkey-refused");
  const credential = (await navigator.credentials
    .get({
      publicKey: {
        challenge,
        allowCredentials: known.map((id) => ({ type: "public-key" as const, id })),
        userVerification: "required",
        timeout: PATIENCE_MS,
        extensions: { prf: { eval: { first: prf } } },
      },
    })
    .catch(() => null)) as PublicKeyCredential | null;
  if (credential === null) throw new StationError("passkey-refused"); // none was shown, or its holder went away
  const { authenticatorData, clientDataJSON, signature } = credential.response as AuthenticatorAssertionResponse;
  const first = credential.getClientExtensionResults().prf?.results?.first;
  return {
    credential: new Uint8Array(credential.rawId),
    prf: first === undefined ? null : new Uint8Array(first instanceof ArrayBuffer ? first : first.buffer as ArrayBuffer),
    proof: {
      credential: toBase64url(new Uint8Array(credential.rawId)),
      authenticator_data: toBase64url(new Uint8Array(authenticatorData)),
      client_data: toBase64url(new Uint8Array(clientDataJSON)),
      signature: toBase64url(new Uint8Array(signature)),
    },
  };
}

async function digest(...parts: readonly Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));
}
