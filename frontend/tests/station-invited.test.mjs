/** When a device is asked to enroll: by a code in its address, by its lead, or because nothing else is left to do. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { asksToEnroll, codeIn } from "../.compiled/station/src/invited.js";

const NOTHING = { code: "", asked: false };
const HANDED = { code: "secret.pin", asked: false };
const asks = (phase, stopped, how, rehearsal = false) => asksToEnroll({ phase, stopped, rehearsal }, how);

test("a code is what stands behind the sign, in an address as well as alone", () => {
  assert.deepEqual(["https://tiemchung.vn/station/app/#enroll=a.b ", " a.b", ""].map(codeIn), ["a.b", "a.b", ""]);
});

test("a device in order goes on working, and offers to enroll anew where a code was handed to it", () => {
  for (const phase of ["open", "locked"]) {
    assert.equal(asks(phase, null, NOTHING), false);
    assert.equal(asks(phase, null, { code: "", asked: true }), false); // an address that somebody typed is no code
    assert.equal(asks(phase, null, HANDED), true);
  }
});

test("while the lead confirms, the six digits stay on the screen", () => {
  assert.equal(asks("waiting", null, HANDED), false);
});

test("a device that the center listens to no more enrolls when somebody wants it, and by itself when nothing else is left", () => {
  for (const stopped of ["revoked", "expired", "fork", "refused"]) {
    assert.equal(asks("open", stopped, NOTHING), false);
    assert.equal(asks("open", stopped, { code: "", asked: true }), true);
    assert.equal(asks("locked", stopped, NOTHING), stopped === "revoked");
    assert.equal(asks("waiting", stopped, NOTHING), stopped !== "refused");
    assert.equal(asks("waiting", stopped, HANDED), true);
  }
});

test("a rehearsal is enrolled by nobody", () => {
  assert.equal(asks("open", null, HANDED, true), false);
});
