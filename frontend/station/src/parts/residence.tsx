/** The residence of somebody on no list: one of the communes around the site, another one of the country, or not known. */

import { type Chosen, NOWHERE } from "../residences";
import { w } from "../words";
import { Select, type Wrong } from "./fields";
import { later } from "./later";
import { useStation } from "./screen";

export const ELSEWHERE = "elsewhere";
const Elsewhere = later(() => import("../screens/rare").then((screens) => screens.Elsewhere));

interface Told {
  readonly commune: string;
  readonly there: Chosen;
}

export function Residence({ told, set, wrong }: { told: Told; set: (change: Partial<Told>) => void; wrong: Wrong }) {
  const around = useStation().desk().communes.map((one) => [one.code, one.name] as const);
  return (
    <>
      <Select
        id="commune"
        label={w("field.commune")}
        options={[...around, [ELSEWHERE, w("field.commune-elsewhere")]]}
        value={told.commune}
        set={(commune) => set({ commune, there: NOWHERE })}
        empty={w("field.commune-none")}
      />
      {told.commune === ELSEWHERE && <Elsewhere there={told.there} set={(there) => set({ there })} wrong={wrong} />}
    </>
  );
}
