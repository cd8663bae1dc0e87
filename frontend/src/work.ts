/**
 * Proof of work for a code beyond the day's limit: find a number whose SHA-256 after the challenge begins with so many
 * zero bits. Worked off in slices, so that an old phone stays awake; the form is sent when it is found.
 */
const SLICE = 4000;

const K = (() => {
  const found: number[] = [];
  for (let candidate = 2; found.length < 64; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) prime = false;
    if (prime) found.push(Math.floor((Math.cbrt(candidate) % 1) * 2 ** 32));
  }
  return new Int32Array(found);
})();

const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

/** First 32 bits of SHA-256 (FIPS 180-4) of a text of plain letters: enough for 24 bits of work. */
export function firstWord(text: string): number {
  const length = text.length;
  const blocks = ((length + 8) >> 6) + 1;
  const words = new Int32Array(blocks * 16);
  for (let at = 0; at < length; at++) words[at >> 2]! |= text.charCodeAt(at) << (24 - (at & 3) * 8);
  words[length >> 2]! |= 0x80 << (24 - (length & 3) * 8);
  words[blocks * 16 - 1] = length * 8;
  const hash = Int32Array.from(START);
  const w = new Int32Array(64);
  const turn = (value: number, by: number) => (value >>> by) | (value << (32 - by));
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        w[i] = words[block * 16 + i]!;
      } else {
        const a = w[i - 15]!;
        const b = w[i - 2]!;
        w[i] = (w[i - 16]! + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7]! + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
      }
    }
    let [a, b, c, d, e, f, g, h] = hash as unknown as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (hash[i] = (hash[i]! + value) | 0));
  }
  return hash[0]! >>> 0;
}

function solve(challenge: string, bits: number, done: (answer: string) => void): void {
  let answer = 0;
  const slice = (): void => {
    for (const end = answer + SLICE; answer < end; answer++) {
      if (firstWord(`${challenge}:${answer}`) >>> (32 - bits) === 0) {
        done(String(answer));
        return;
      }
    }
    setTimeout(slice, 0);
  };
  slice();
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-work]")) {
  form.addEventListener("submit", (event) => {
    const answer = form.elements.namedItem("answer") as HTMLInputElement;
    if (answer.value) return;
    event.preventDefault();
    const challenge = form.dataset["work"]!;
    const button = form.querySelector("button")!;
    form.querySelector("[data-work-status]")!.textContent = button.dataset["busy"]!;
    button.disabled = true;
    solve(challenge, Number(challenge.split(".")[1]), (found) => {
      answer.value = found;
      form.submit();
    });
  });
  form.dataset["ready"] = "";
}
