/** What is opened a few times a day, in one file: a residence elsewhere, the clock, the device, its enrollment, a new PIN, the session, the lead's and the store's words. */

export { Elsewhere } from "../parts/elsewhere";
export { Carry } from "./carry";
export { ClockAsked, TimeAsked } from "./clock";
export { Closing } from "./closing";
export { Device } from "./device";
export { Enroll, Fingerprint } from "./enroll";
export { Mend } from "./mend";
export { NewPin } from "./newpin";
export { AddPasskey, OpenByPasskey } from "./passkey";
export { Session } from "./session";
export { Standby } from "./standby";
export { Stop } from "./stop";
export { Vials } from "./vials";
