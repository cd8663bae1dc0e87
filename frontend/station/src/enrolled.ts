/** Everything that stands once the device is one of the site's. */

import type { Clock } from "./record/clock.js";
import { Outbox } from "./record/outbox.js";
import type { Disk } from "./store/disk.js";
import type { DeviceRow } from "./store/schema.js";
import type { Shelf } from "./store/shelf.js";
import { Vault } from "./store/vault.js";
import { Admission } from "./sync/admission.js";
import type { Http } from "./sync/http.js";
import { Puller } from "./sync/pull.js";
import { Round } from "./sync/round.js";

export interface Parts {
  readonly disk: Disk;
  readonly http: Http;
  readonly clock: Clock;
  readonly name: string;
  readonly persisted: boolean;
}

export interface Enrolled {
  readonly device: DeviceRow;
  readonly vault: Vault;
  readonly outbox: Outbox;
  readonly round: Round;
  readonly puller: Puller;
  readonly admission: Admission;
}

export async function atWork({ disk, http, clock }: Parts, shelf: Shelf, device: DeviceRow): Promise<Enrolled> {
  const { id, site, sealingKey, signing, agreement, agreementPoint } = device;
  const outbox = await Outbox.open(disk, { device: id, site, sealingKey }, clock);
  const vault = new Vault(disk, id, { privateKey: agreement, point: agreementPoint }, () => clock.now());
  const puller = new Puller(http, { device: id, key: signing }, device);
  const round = new Round({ disk, http, clock, outbox, vault, shelf, puller, device });
  return { device, vault, outbox, round, puller, admission: new Admission(puller, vault, clock) };
}
