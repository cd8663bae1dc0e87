/** The chair, in one file: screening with its conclusion, and the dose. */

export { Dose } from "./dose";
export { Screening } from "./screening";
