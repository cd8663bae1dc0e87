/** What the tortured tablet does in its pages: writes doses without pause while requests fail and clocks are set. */
import { open } from "../../frontend/station/src/open.ts";

const realNow = Date.now;
let jumpMs = 0;
Date.now = () => realNow() + jumpMs;

/** Half of all requests fail: some before they leave, some after they were taken. */
function failing(share) {
  return async (input, init) => {
    const fails = Math.random() < share;
    if (fails && Math.random() < 0.5) throw new TypeError("the network failed before");
    const response = await fetch(input, init);
    if (fails) throw new TypeError("the network failed after");
    return response;
  };
}

/** Try until the center has answered. */
async function insist(work, patience = ["no-answer"]) {
  let last;
  for (let turn = 0; turn < 400; turn++) {
    try {
      return await work();
    } catch (error) {
      if (!patience.includes(error.code)) throw error;
      last = error.code;
    }
  }
  throw new Error(`${last}, again and again: ${JSON.stringify(torture.station.status)}`);
}

const torture = {
  async enroll(code) {
    const fingerprint = await insist(() => torture.station.enroll(code, "Máy 03"));
    return { fingerprint, device: torture.station.status.device };
  },
  confirmed: () => insist(() => torture.station.confirmed()),
  admit: ({ staff, pin, digits }) => insist(() => torture.station.setPin(staff, pin, digits)),
  // A clock that was set while the browser was dead names no day for which there is a key, until the center tells the time.
  signIn: ({ staff, pin }) => insist(() => torture.station.signIn(staff, pin), ["pin-not-set", "time-doubted"]),
  async start({ share }) {
    torture.station = await open({ fetch: failing(share) });
  },
  setClock(ms) {
    jumpMs += ms;
  },
  /** Write so many doses, of these persons first, and tell of each once it is acknowledged to the page. */
  async burst({ doses, staff, lot, persons = [] }) {
    const { station } = torture;
    for (let turn = 0; turn < doses; turn++) {
      const told = await station.append("dose-given", {
        person: persons[turn] ?? station.newId(), visit: station.newId(), product: "az", lot, vial: null, volume_ml: 0.5, arm: "left", vaccinator: staff,
      });
      window.acknowledge({ id: told.id, seq: told.seq });
    }
  },
  begin(told) {
    torture.running = torture.burst(told);
    torture.running.catch((error) => window.acknowledge({ error: String(error) }));
  },
  /** Somebody on no list comes. */
  walkIn: (block) => torture.station.append("arrived", { visit: torture.station.newId(), person: torture.station.newId(), ticket: "900", block }),
  /** What the page shows of the day but for its own doses: fetched from the center, over the same network. */
  async shown() {
    const { station } = torture;
    for (let turn = 0; turn < 400 && !station.today().some((row) => row.ticket === "31"); turn++) await station.syncNow();
    const [row] = station.today().filter(({ ticket }) => ticket === "31");
    const [found] = station.search("hang anh nguyen");
    const card = await station.find("079187004417|023456789|Nguyễn Thị Ánh Hằng|02031987|Nữ|12 Lê Lợi|01012021");
    const { bundle, site } = station.status;
    const lots = station.desk().lots.map(({ number, product }) => [number, product]);
    return { row, isFound: found.key === row.key && card.key === row.key, day: bundle.day, site, lots, staff: station.staff.map(({ name }) => name) };
  },
  /** Send until nothing waits, or so many times; tell what waits then. */
  async drain(turns = 400) {
    await torture.running;
    const waits = ({ unsent, stopped }) => unsent > 0 && stopped === null;
    for (let turn = 0; turn < turns && waits(torture.station.status); turn++) await torture.station.syncNow();
    const { unsent, stopped, setAside, offsetMs } = torture.station.status;
    return { unsent, stopped, setAside, offsetMs };
  },
};
window.torture = torture;
