/** What stands behind the chair, in one file: the board, who is watched, the slip with its code. */

export { Board } from "./board";
export { Slip } from "./slip";
export { Watch } from "./watch";
