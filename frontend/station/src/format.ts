/** Numbers, days and times as people of either language write them: the twin of the server's `faces/shared/numbers.py`. */

import { language, w } from "./words";

const VIET_NAM_MS = 7 * 3_600_000;
const NO_BREAK = "\u00a0";
const A_DAY_MS = 86_400_000;

/** 36,6 in Vietnamese, 36.6 in English. */
export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(language() === "vi" ? "vi-VN" : "en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** The time of day in Viet Nam, which is seven hours ahead the whole year: 09:30. */
export function time(at: number): string {
  return new Date(at + VIET_NAM_MS).toISOString().slice(11, 16);
}

/** The ISO day in Viet Nam. */
export function dayOf(at: number): string {
  return new Date(at + VIET_NAM_MS).toISOString().slice(0, 10);
}

/** A day in full: 23/10/2021 or 23 October 2021; of a month or a year, what is known. */
export function day(on: string): string {
  const [year, month, date] = on.split("-");
  if (month === undefined || date === undefined) return [month, year].filter(Boolean).join("/");
  if (language() === "vi") return `${date}/${month}/${year}`;
  const name = new Intl.DateTimeFormat("en-GB", { month: "long", timeZone: "UTC" }).format(Date.parse(`${on}T00:00:00Z`));
  return [Number(date), name, year].join(NO_BREAK);
}

/** A time with its day, where that is not today's: 09:30 23/10/2021. */
export function moment(at: number, today: string): string {
  return dayOf(at) === today ? time(at) : `${time(at)} ${day(dayOf(at))}`;
}

/** The name of a day with its date, to begin a page: Thứ Bảy, 23/10/2021. */
export function dayTitle(on: string): string {
  return `${w(`weekday.${new Date(`${on}T00:00:00Z`).getUTCDay()}`)}, ${day(on)}`;
}

/** The day so many days later. */
export function daysLater(on: string, days: number): string {
  return new Date(Date.parse(`${on}T00:00:00Z`) + days * A_DAY_MS).toISOString().slice(0, 10);
}

/** How long: 40 giây, 58 phút, 3 giờ 12, 5 ngày. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return w("span.seconds", { n: seconds });
  if (hours < 1) return w("span.minutes", { n: minutes });
  if (hours < 48) return w("span.hours", { h: hours, m: String(minutes % 60).padStart(2, "0") });
  return w("span.days", { n: Math.floor(hours / 24) });
}

/** A span as a clock writes it: 9:04. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Read 04/11/2021 as an ISO day; null when there is no such day. */
export function dayTyped(text: string): string | null {
  const found = /^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})$/.exec(text.trim());
  return found ? dayFrom(found[3]!, found[2]!, found[1]!) : null;
}

/** The ISO day of three typed numbers; null when the calendar has no such day. */
export function dayFrom(year: string, month: string, date: string): string | null {
  const iso = `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
  const read = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().slice(0, 10) === iso ? iso : null;
}
