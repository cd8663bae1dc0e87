/** The chair, in one file: who comes, screening with its conclusion, and the dose. */

export { Arrive, Identity, WalkIn } from "./arrive";
export { Dose } from "./dose";
export { Screening } from "./screening";
