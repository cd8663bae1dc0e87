/** A residence in another part of the country: province, district where there is one, commune. */

import { useEffect, useState } from "preact/hooks";

import { choiceOf, type Chosen, type Country, NOWHERE } from "../residences";
import { w } from "../words";
import { Select, type Wrong } from "./fields";

export function Elsewhere({ there, set, wrong }: { there: Chosen; set: (there: Chosen) => void; wrong: Wrong }) {
  const [country, setCountry] = useState<Country | null>(null);
  useEffect(() => {
    // The file came home with the app; a browser that holds none yet asks for it now.
    void fetch(document.getElementById("app")!.dataset["communes"]!)
      .then((answer) => answer.json() as Promise<Country>)
      .then(setCountry, () => setCountry([]));
  }, []);
  if (country === null) return null;
  if (country.length === 0) return <p class="tc-notice tc-notice--look">{w("field.commune-unread")}</p>;
  const choice = choiceOf(country, there);
  const empty = w("field.choose");
  return (
    <>
      <Select id="province" label={w("field.province")} options={placed(choice.provinces)} value={there.province} set={(province) => set({ ...NOWHERE, province })} empty={empty} wrong={wrong} />
      {choice.districts.length > 0 && (
        <Select id="district" label={w("field.district")} options={placed(choice.districts)} value={there.district} set={(district) => set({ ...there, district, commune: "" })} empty={empty} />
      )}
      {choice.communes.length > 0 && (
        <Select id="commune-there" label={w("field.commune-there")} options={choice.communes} value={there.commune} set={(commune) => set({ ...there, commune })} empty={empty} />
      )}
    </>
  );
}

function placed(names: readonly string[]): readonly (readonly [string, string])[] {
  return names.map((name, place) => [String(place), name]);
}
