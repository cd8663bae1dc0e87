/** A sentence with its facts; English chooses between the forms for one and for several by the number before them. */

type Facts = Readonly<Record<string, string | number>>;

const HOLE_OR_FORMS = /\{(\w+)\}|\[([^[\]|]*)\|([^[\]|]*)\]/g;

/** Fill in the facts: "{n} [dose waits|doses wait]" with n = 1 is "1 dose waits". The server does the same (`faces/shared/words`). */
export function filled(sentence: string, facts: Facts): string {
  let counted = "";
  return sentence.replace(HOLE_OR_FORMS, (whole, name?: string, one?: string, several?: string) => {
    if (name === undefined) return (counted === "1" ? one : several) ?? whole;
    counted = String(facts[name] ?? whole);
    return counted;
  });
}
