/** How a tablet becomes one of the site's: a one-time code, a fingerprint on two screens, a statement the server signed. */

import { StationError, type Stopped } from "../core.js";
import { seat } from "../record/earlier.js";
import type { Disk } from "../store/disk.js";
import type { DeviceRow } from "../store/schema.js";
import { type Bytes, concat, equal, fromBase64url, toBase64url, utf8 } from "../wire/bytes.js";
import { openJson } from "../wire/jws.js";
import { fingerprint, loadPublicKey, makeDeviceKey, sha256, sign } from "../wire/keys.js";
import { makeAgreementKey } from "../wire/seal.js";
import { API, type Http, NoAnswer } from "./http.js";

const AGREEMENT = utf8("tc/agreement/1");
const STATEMENT = "tc-enrollment+jws";
const NOTHING: Bytes = new Uint8Array(0);
const STOPS: readonly Stopped[] = ["revoked", "expired", "fork"];
const UNKNOWN = 404;
/** Of this tablet, or of the whole site: how both codes begin. */
const TRIES_SPENT = "unlock-tries-spent";
const OK = 200;
const CREATED = 201;

interface Told {
  readonly device: string;
  readonly status: string;
  readonly fingerprint: string;
  readonly site: string;
  readonly expires_at: string;
  readonly kinds: readonly string[] | null;
  readonly server_key: string;
  readonly sealing_key: string;
  readonly statement: string | null;
}

interface Statement extends Told {
  readonly public_key: string;
  readonly agreement_key: string;
}

/**
 * Spend a code. The keys lie on the disk before anybody is asked, so that an answer that got lost is asked for again with
 * the same ones. `code-refused` when the code is not good, or the server not the one that the lead's QR code names.
 */
export async function enroll(disk: Disk, http: Http, { code, name }: { code: string; name: string }): Promise<DeviceRow> {
  const row = await begun(disk, code.trim(), name);
  const [secret = "", pin = ""] = row.code.split(".");
  if (secret === "" || pin === "") throw new StationError("code-refused");
  const proof = await sign(row.signing, concat(AGREEMENT, row.agreementPoint));
  const asked = {
    code: secret,
    public_key: toBase64url(row.point),
    name: row.name,
    agreement_key: toBase64url(row.agreementPoint),
    agreement_proof: toBase64url(proof),
  };
  const headers = { "Content-Type": "application/json" };
  const answer = await patient(http.ask("POST", `${API}/enrollments`, { body: utf8(JSON.stringify(asked)), headers }));
  if (answer.status !== CREATED && answer.status !== OK) throw new StationError("code-refused");
  return heard(disk, { ...row, pin }, answer.json as Told);
}

/** Ask whether the lead has confirmed by now. */
export async function standing(disk: Disk, http: Http, row: DeviceRow): Promise<DeviceRow> {
  const answer = await patient(http.ask("GET", `${API}/enrollments/${row.id}`));
  if (answer.status === OK) return heard(disk, row, answer.json as Told);
  return answer.status === UNKNOWN ? disk.change("device", (now) => ({ ...(now ?? row), stopped: "refused" })) : row;
}

/** Ask why the server listens no more; null while it does. */
export async function cutOff(http: Http, row: DeviceRow): Promise<Stopped | null> {
  const answer = await http.ask("GET", `${API}/enrollments/${row.id}`);
  return answer.status === UNKNOWN ? "refused" : answer.status === OK ? stopOf(answer.json as Told) : null;
}

async function begun(disk: Disk, code: string, name: string): Promise<DeviceRow> {
  for (const known of [await disk.get("candidate"), await disk.get("device")]) if (known?.code === code) return known;
  const [signing, agreement] = await Promise.all([makeDeviceKey(), makeAgreementKey()]);
  const row: DeviceRow = {
    id: "",
    signing: signing.privateKey,
    point: signing.point,
    agreement: agreement.privateKey,
    agreementPoint: agreement.point,
    code,
    name,
    status: "asking",
    fingerprint: await fingerprint(signing.point),
    site: "",
    expiresAt: 0,
    kinds: null,
    pin: "",
    serverKey: NOTHING,
    sealingKey: NOTHING,
    stopped: null,
  };
  await disk.put("candidate", row);
  return row;
}

/** The app works by the signed statement alone; until it is there, only the digits are shown. */
async function heard(disk: Disk, row: DeviceRow, told: Told): Promise<DeviceRow> {
  const serverKey = fromBase64url(told.server_key);
  const named = row.pin === toBase64url(await sha256(serverKey));
  if (!named || told.fingerprint !== row.fingerprint) throw new StationError("code-refused");
  const waiting: DeviceRow = { ...row, id: told.device, status: "waiting", serverKey, stopped: stopOf(told) };
  const heardRow = told.status === "enrolled" && told.statement !== null ? await stated(waiting, told.statement) : waiting;
  await seat(disk, heardRow);
  return heardRow;
}

function stopOf({ status }: Told): Stopped | null {
  return STOPS.find((word) => word === status) ?? null;
}

async function stated(row: DeviceRow, compact: string): Promise<DeviceRow> {
  const key = await loadPublicKey(row.serverKey);
  const told = (await openJson(utf8(compact), { key, type: STATEMENT })) as Statement | null;
  const ours =
    told !== null &&
    told.device === row.id &&
    equal(fromBase64url(told.public_key), row.point) &&
    equal(fromBase64url(told.agreement_key), row.agreementPoint);
  if (!ours) throw new StationError("code-refused");
  return {
    ...row,
    status: "enrolled",
    site: told.site,
    expiresAt: Date.parse(told.expires_at),
    kinds: told.kinds,
    sealingKey: fromBase64url(told.sealing_key),
  };
}

/** To whoever stands before the tablet, no answer is a reason to wait, not a fault. */
export async function patient<Result>(asked: Promise<Result>): Promise<Result> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    if (error.code.startsWith(TRIES_SPENT)) throw new StationError("tries-spent", null, error.untilAt);
    throw new StationError("no-answer");
  }
}
