/** A morning at a site: who is called, what lies in the fridge. All of them are made up. */

import type { FormShown } from "../src/core";
import type { Called, Scene } from "./memory";

const AT = Date.parse("2021-10-23T06:58:00Z");
const SESSION = "0190a000-0000-7000-8000-000000000001";
const NAMES: readonly (readonly [string, string, "male" | "female", string])[] = [
  ["Nguyễn Thị Ánh Hằng", "1987", "female", "4417"],
  ["Trần Văn Ấn", "1961", "male", "0932"],
  ["Lê Nguyễn Bảo Uyên", "1996", "female", "7781"],
  ["Phạm Đức Thịnh", "1974", "male", "2205"],
  ["Nguyễn Thị Ánh Hằng", "1987", "female", "9023"],
  ["Hoàng Văn Đường", "1950", "male", ""],
  ["Võ Thị Kim Yến", "1989", "female", "6150"],
  ["Đinh Quốc Vương", "1992", "male", "3346"],
  ["Bùi Thị Ửng", "1968", "female", "8814"],
  ["Lý Ngọc Diễm", "2006", "female", "1190"],
];

export function morning(forms: readonly FormShown[]): Scene {
  return {
    startsAt: AT,
    staff: [
      { id: "s1", name: "Nguyễn Thị Thảo", roles: ["vaccinator", "check-in", "screener"], hasPin: true },
      { id: "s2", name: "Lê Minh Khoa", roles: ["check-in"], hasPin: true },
      { id: "s3", name: "Trần Hải Đăng", roles: ["screener"], hasPin: false },
      { id: "s4", name: "Đặng Thu Hà", roles: ["observer"], hasPin: true },
    ],
    called: NAMES.map(([name, born, sex, idEnd], place): Called => ({
      appointment: `a${place}`,
      person: `p${place}`,
      name,
      born,
      sex,
      idEnd,
      startsAt: AT + Math.floor(place / 5) * 30 * 60_000 + 2 * 60_000,
      session: SESSION,
      history: place % 2 === 0 ? [{ product: "az", givenOn: place === 2 ? "2021-09-20" : "2021-08-28" }] : [],
      warnings: place === 7 ? [{ severity: "severe", on: "2021-08-28" }] : [],
      conditions: place === 5 ? ["Q3"] : [],
    })),
    desk: {
      products: [
        { code: "az", name: "AstraZeneca", nameVi: "AstraZeneca", doseMl: 0.5, dosesPerVial: 10, useAfterOpenHours: 6 },
        { code: "pfizer", name: "Pfizer", nameVi: "Pfizer", doseMl: 0.3, dosesPerVial: 6, useAfterOpenHours: 6 },
      ],
      lots: [
        { number: "ABX6412", product: "az", expiresOn: "2021-12-31", held: false, doses: 80 },
        { number: "PV9001", product: "pfizer", expiresOn: "2021-11-30", held: true, doses: 60 },
        { number: "ABX5000", product: "az", expiresOn: "2021-10-01", held: false, doses: 10 },
      ],
      vials: [
        { label: "LQ7-0412", lot: "ABX6412", product: "az", openedAt: AT - 38 * 60_000, useUntilAt: AT + 322 * 60_000, dosesLeft: 4 },
        { label: "LQ7-0398", lot: "ABX6412", product: "az", openedAt: AT - 400 * 60_000, useUntilAt: AT - 40 * 60_000, dosesLeft: 2 },
      ],
      sessions: [{ campaignSession: SESSION, product: "az", opened: true, stopped: null, closed: false }],
      observeMinutes: 30,
      communes: [{ code: "26734", name: "Phường Tân Phú" }],
    },
    forms,
  };
}
